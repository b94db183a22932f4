"""What this app adds to `/graphql/reporting/`, composed in `config.reporting_schema`."""

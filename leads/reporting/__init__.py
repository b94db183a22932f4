"""What this app adds to `/graphql/reporting/`: rows for dashboards and exports, put together in
`config.reporting_schema`.

What a module of an upper app needs to add rows of its own is in `rows`, `filtering` and `pages`.
"""

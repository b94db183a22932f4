"""What this app adds to `/graphql/`: types, queries and mutations, composed in `config.schema`."""

from playbook.graphql import enums

__all__ = ["enums"]

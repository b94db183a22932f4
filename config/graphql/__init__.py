"""The HTTP edge of the GraphQL API: what a request may look like and cost, and what an error says."""

"""Writing what makes a lead qualified: attributes, schemas and their versions."""

"""The enums of diagnosis, as the API has them."""

from assessments.meanings import MEANINGS
from leads.graphql.enums import described

for found, meaning in MEANINGS.items():
    described(found, meaning.description, dict(meaning.values), meaning.name)

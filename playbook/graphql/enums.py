"""The enums of this app in the API, each value said in a sentence."""

from leads.graphql.enums import described
from playbook.meanings import MEANINGS

for found, meaning in MEANINGS.items():
    described(found, meaning.description, dict(meaning.values), meaning.name)

"""What README and documents show of the APIs can be asked of them as it stands."""

import re
from pathlib import Path

import pytest
from graphql import LoneAnonymousOperationRule, parse, specified_rules, validate

from config.reporting_schema import schema as reporting_schema
from config.schema import schema

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
RULES = [rule for rule in specified_rules if rule is not LoneAnonymousOperationRule]  # a block may show several
EXAMPLES = [
    pytest.param(block, id=f"{path.stem}-{number}")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for number, block in enumerate(BLOCK.findall(path.read_text()))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_fits_one_of_the_schemas(example):
    document = parse(example)

    wrong = [validate(each, document, RULES) for each in (schema._schema, reporting_schema.graphql_schema)]
    assert min(wrong, key=len) == []

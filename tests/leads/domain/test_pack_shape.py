"""The JSON Schema of qualification schemas says what the reader says."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from leads.domain.documents import DocumentRefused
from leads.domain.packs import pack_text
from leads.domain.schema_document import read, write
from leads.services.packs import KINDS, list_packs
from tests.leads.domain import strategies as some

FOLDER = KINDS["qualification_schema"].folder
SCHEMA = json.loads((FOLDER / "qualification_schema.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def is_read(content) -> bool:
    try:
        read(json.dumps(content))
    except DocumentRefused:
        return False
    return True


def full_document():
    """Return a document in which every part occurs."""
    return json.loads((FOLDER / "meddicc.json").read_text(encoding="utf-8"))


def test_the_json_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("pack", list_packs(["qualification_schema"]), ids=lambda pack: pack.name)
def test_every_pack_has_the_shape(pack):
    assert list(VALIDATOR.iter_errors(json.loads(pack.text))) == []


@settings(max_examples=100, deadline=None)
@given(some.schemas())
def test_every_generated_document_has_the_shape(schema):
    assert list(VALIDATOR.iter_errors(json.loads(pack_text(write(schema))))) == []


REFUSED = {
    "format": [2, "1", None, True, [1]],
    "kind": ["assessment_template", None, ""],
    "key": ["Standard", "and", "", "9lives", "a" * 64, None, "ok\n"],
    "name": ["", " \n", "x" * 201, None, 5, "nul\0", "half \ud800"],
    "language": ["", "x" * 11],
    "applies_when": [None, "x" * 2001, 0],
    "order_ready": [None, []],
    "attributes": [None, {}, [None], ["employees"]],
    "criteria": [None, "", [[]]],
    "levels": [None, [], {"none": {}}],
    "test_cases": [None, {}, [1]],
    "more": ["than is known"],
    "attributes.0.type": ["integer", None, ["number"]],
    "attributes.0.key": ["or", "Ä"],
    "attributes.0.label": ["", None],
    "attributes.0.question": [None, "x" * 501],
    "attributes.0.unit": ["x" * 41],
    "attributes.0.choices": [
        None,
        [{}],
        [{"code": "a"}],
        [{"code": "a", "label": "A", "more": 1}],
        [{"code": "", "label": "A"}],
    ],
    "attributes.0.freshness_days": [0, -1, 100_000, "30", True, 1.5],
    "attributes.0.counts_kinds": [None, [1], "call"],
    "attributes.0.counts_days": [0],
    "attributes.0.filterable": [True],
    "criteria.0.axis": ["size", None],
    "criteria.0.question": ["", "x" * 501],
    "criteria.0.help": ["x" * 10_001, None],
    "criteria.0.freshness_days": [0, "3"],
    "criteria.0.bands": [None, [{}], [{"when": "x"}], [{"when": " ", "points": "1"}]],
    "criteria.0.bands.0.points": [1, "1e3", "100000", "1.234", "", "+1", "1\n", " 1", None],
    "criteria.0.bands.0.met": [None, "yes", 1],
    "criteria.0.bands.0.label": [None, "x" * 201],
    "criteria.0.otherwise": [None, {}, {"points": "0", "met": None}, {"points": "0", "when": "x"}],
    "levels.sql.score": [50, "1000000", "½"],
    "levels.sql.minimums": [None, [{"axis": "pain"}], [{"axis": "pain", "points": "1", "more": 1}]],
    "levels.sql.knock_outs": [None, [1]],
    "levels.sql.more": [1],
    "test_cases.0.level": ["sal", None],
    "test_cases.0.possible_level": ["customer", ""],
    "test_cases.0.values": [None, [], "x"],
    "test_cases.0.name": [""],
    "test_cases.0.on": ["20260302", "2026-W10-1", "2026-13-01", "2 March", 5],
    "test_cases.0.more": [1],
}
TAKEN = {
    "applies_when": ["", "has_problem"],
    "attributes.0.not_given": ["measured", None, False, ["a"]],
    "attributes.0.freshness_days": [None, 1, 99_999],
    "criteria.0.bands.0.points": ["-99999.99", "099999", "0", "-0.05"],
    "levels.sql.score": [None, "-999999.99"],
    "levels.sql": [{}],
    "levels": [{}],
    "test_cases.0.possible_level": [None, "none"],
    "test_cases.0.on": [None, "2026-03-02"],
    "criteria": [[]],
}


def changed(path: str, value):
    content = full_document()
    *way, last = path.split(".")
    part = content
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    part[last] = value
    return content


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, values in REFUSED.items() for value in values])
def test_what_the_json_schema_refuses_the_reader_refuses_and_the_other_way_round(path, value):
    content = changed(path, value)

    assert not VALIDATOR.is_valid(content)
    assert not is_read(content)


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, values in TAKEN.items() for value in values])
def test_what_the_json_schema_takes_the_reader_takes(path, value):
    content = changed(path, value)

    assert VALIDATOR.is_valid(content)
    assert is_read(content)


def test_every_part_that_is_required_is_missed_by_both_and_no_other_is():
    for way, name in parts(full_document()):
        content = full_document()
        part = content
        for step in way:
            part = part[step]
        del part[name]

        assert VALIDATOR.is_valid(content) is is_read(content), (way, name)


def parts(content, way=()):
    """Return every name of every object, with the way to the object; of lists the first part."""
    if isinstance(content, list):
        yield from parts(content[0], (*way, 0)) if content else ()
    elif isinstance(content, dict):
        for name, inner in content.items():
            yield way, name
            yield from parts(inner, (*way, name))


# Left out: 1.0 is an integer to JSON Schema, and it cannot tell 30 February.
JUNK = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -3,
        2.5,
        "",
        " ",
        "x",
        "12.5",
        "Ünïcode",
        "a b",
        [],
        ["x"],
        {},
        {"x": 1},
        "none",
        "pain",
        10**9,
    ]
)


@settings(max_examples=400, deadline=None)
@given(some.schemas(), st.data())
def test_a_document_that_somebody_spoilt_is_judged_alike(schema, data):
    content = json.loads(write(schema))
    content["test_cases"] = [
        {"name": "One", "values": {"employees": "12"}, "level": "none", "possible_level": None, "on": "2026-03-02"}
    ]
    spoilt = deepcopy(content)
    part = spoilt
    while True:
        names = list(part) if isinstance(part, dict) else list(range(len(part)))
        name = data.draw(st.sampled_from(names))
        if isinstance(part[name], dict | list) and part[name] and data.draw(st.booleans()):
            part = part[name]
            continue
        break
    match data.draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            part[name] = data.draw(JUNK)
        case "remove":
            del part[name]
        case "add" if isinstance(part, dict):
            part[data.draw(st.sampled_from(["x", "Key", "points", "when"]))] = data.draw(JUNK)
        case _:
            part.append(data.draw(JUNK))

    assert VALIDATOR.is_valid(spoilt) is is_read(spoilt), spoilt

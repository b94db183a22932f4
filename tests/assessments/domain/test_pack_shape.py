"""The JSON Schema of assessment templates says what the reader says."""

import json
import re
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assessments.domain.template_document import KIND, read, write
from leads.domain.documents import DocumentRefused
from leads.domain.packs import pack_text
from leads.services.packs import KINDS, list_packs
from tests.assessments.domain import strategies as some

FOLDER = KINDS[KIND].folder
SCHEMA = json.loads((FOLDER / "assessment_template.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
PACKS = list_packs([KIND])


def is_read(content) -> bool:
    try:
        read(json.dumps(content))
    except DocumentRefused:
        return False
    return True


def full_document():
    """Return a document in which every part occurs; of lists the first has them."""
    content = json.loads((FOLDER / "orders_by_hand.json").read_text(encoding="utf-8"))
    content["attributes"][0] |= {"counts_kinds": ["call"], "not_given": "orders_by_hand"}
    content["formulas"][0]["bands"] = [{"label": "Little", "from": "0"}]
    first = content["sections"][0]["questions"][0]
    first |= {"wording_override": "They say it so.", "minimum": "0", "maximum": "9", "points_yes": "1"}
    content["test_cases"][0]["facts"] = {"employees": "12"}
    return content


def test_the_json_schema_is_one_and_says_what_every_part_is():
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for name, part in SCHEMA["$defs"].items():
        assert part["title"], name
        assert part["description"], name
        for inner, said in part.get("properties", {}).items():
            assert said.get("description") or "$ref" in said or "enum" in said, (name, inner)
    assert all(part["description"] for part in SCHEMA["properties"].values())


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_every_pack_has_the_shape(pack):
    assert list(VALIDATOR.iter_errors(json.loads(pack.text))) == []


@settings(max_examples=50, deadline=None)
@given(some.documents())
def test_every_generated_document_has_the_shape(document):
    assert list(VALIDATOR.iter_errors(json.loads(pack_text(write(document))))) == []


NO_NUMBERS = [1, "1e3", "", "+1", "1.234", "1\n", " 1", "1234567890123"]
REFUSED = {
    "format": [2, "1", None, True],
    "kind": ["qualification_schema", None],
    "key": ["Orders", "and", "", "9lives", "a" * 64, None, "ok\n"],
    "name": ["", " \n", "x" * 201, None, 5, "nul\0", "half \ud800"],
    "language": ["", "x" * 11],
    "currency": ["eur", "EURO", "E", None, 3, "EUR\n"],
    "propose_when": [None, "x" * 2001],
    "urgency_question": ["", "x" * 501, None],
    "nurture_days": [0, -1, "90", True, 1.5, 100_000],
    "attributes": [None, {}, [None]],
    "attributes.0.type": ["integer", None],
    "attributes.0.not_given": [5, {"unknown": "stale"}, ["a", 1], {"low": "1"}],
    "offer": [None, [], {}],
    "offer.price": [None, {"low": "1", "likely": "2"}, {"low": "1", "likely": "2", "high": 3}, *NO_NUMBERS],
    "offer.required_return": [None, {"low": "1", "likely": "2", "high": "3"}],
    "offer.more": [1],
    "sections": [None, "", [[]]],
    "sections.0.dimension": ["pain", None],
    "sections.0.title": ["", None],
    "sections.0.guidance": [None, "x" * 10_001],
    "sections.0.questions.0.type": ["rating", None, ["text"]],
    "sections.0.questions.0.text": ["", "x" * 501],
    "sections.0.questions.0.show_when": [None, "x" * 2001],
    "sections.0.questions.0.if_hidden": [0, {}, [None], {"unknown": "stale"}],
    "sections.0.questions.0.required": [None, "yes", 1],
    "sections.0.questions.0.unit": ["x" * 41, None],
    "sections.0.questions.0.minimum": NO_NUMBERS,
    "sections.0.questions.0.points_yes": ["100000", 1, "1.234"],
    "sections.0.questions.0.options": [None, [{}], [{"code": "a", "label": "A"}]],
    "sections.0.questions.0.options.0.points": [None, 1, "100000"],
    "sections.0.questions.0.wording_override": ["x" * 501, None],
    "sections.0.questions.0.more": [1],
    "formulas": [None, {}],
    "formulas.0.rule": ["", None, "x" * 2001],
    "formulas.0.cost_item": [None, "true"],
    "formulas.0.bands": [None, [{}], [{"label": "", "from": "1"}], [{"label": "Low", "from": 1}]],
    "verdict": [None, {}],
    "verdict.act_from": [None, *NO_NUMBERS],
    "verdict.will_act": [None, [{"label": "x"}], [{"rule": "true"}]],
    "verdict.more": [[]],
    "stall_risks.0.key": ["or", "Ä", None],
    "stall_risks.0.rule": ["", None],
    "test_cases.0.name": ["", None],
    "test_cases.0.on": ["20260302", "2026-W10-1", "2026-13-01", 5],
    "test_cases.0.answers": [None, [], {"or": "1"}, {"x": 1}],
    "test_cases.0.facts": [None, {"X": "1"}],
    "test_cases.0.expected": [None, [], {"more": 1}],
    "test_cases.0.expected.advice": ["wait", 1],
    "test_cases.0.expected.good_problem": ["maybe", True],
    "test_cases.0.expected.cost": [None, {"middle": "1"}, {"low": 1}],
    "test_cases.0.expected.figures": [None, {"jobs": 1}],
    "more": ["than is known"],
}
TAKEN = {
    "currency": ["", "CHF"],
    "nurture_days": [None, 1, 99_999],
    "offer.price": ["0", "-5", {"low": "1", "likely": "2", "high": "3"}],
    "attributes.0.not_given": [None, False, "x", ["a"], {"unknown": "does_not_know"}],
    "sections": [[]],
    "sections.0.questions.0.if_hidden": [None, True, "0", ["email"], {"low": "1", "likely": "2", "high": "3"}],
    "sections.0.questions.0.minimum": [None, "-99.5"],
    "formulas.0.bands": [[], [{"label": "Low", "from": "-1.5"}]],
    "test_cases.0.on": [None, "2026-03-02"],
    "test_cases.0.expected": [{}, {"cost": {"high": None}}, {"advice": None, "figures": {"jobs": None}}],
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
    assert is_read(full_document())
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
    [None, True, 0, 1, -3, 2.5, "", " ", "x", "12.5", "a b", [], ["x"], {}, {"x": 1}, "text", "problem", 10**9]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_document_that_somebody_spoilt_is_judged_alike(data):
    spoilt = deepcopy(full_document())
    part = spoilt
    while True:
        name = data.draw(st.sampled_from(list(part) if isinstance(part, dict) else list(range(len(part)))))
        if not (isinstance(part[name], dict | list) and part[name] and data.draw(st.booleans())):
            break
        part = part[name]
    match data.draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            part[name] = data.draw(JUNK)
        case "remove":
            del part[name]
        case "add" if isinstance(part, dict):
            part[data.draw(st.sampled_from(["x", "Key", "points", "rule"]))] = data.draw(JUNK)
        case _:
            part.append(data.draw(JUNK))

    assume(in_order(spoilt))
    assert VALIDATOR.is_valid(spoilt) is is_read(spoilt), spoilt


def in_order(content) -> bool:
    """Return whether every range of numbers rises; that one part bounds another, JSON Schema cannot say."""
    if isinstance(content, list):
        return all(map(in_order, content))
    if not isinstance(content, dict):
        return True
    if set(content) == {"low", "likely", "high"} and all(is_number(number) for number in content.values()):
        return Decimal(content["low"]) <= Decimal(content["likely"]) <= Decimal(content["high"])
    return all(map(in_order, content.values()))


def is_number(value) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def test_a_range_that_falls_is_left_to_the_reader():
    content = changed("offer.price", {"low": "3", "likely": "2", "high": "1"})

    assert not in_order(content)
    assert VALIDATOR.is_valid(content)
    assert not is_read(content)

"""Documents: equal contents are equal bytes, and whatever is wrong is told with its path."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.documents import DocumentRefused, Problem, canonical, checksum
from leads.domain.plan import compile_plan
from leads.domain.schema_document import Axis, BandSpec, LevelSpec, read, write
from leads.domain.values import AttributeSpec, ValueType
from tests.leads.domain.strategies import schemas


def problems(refused, argument):
    with pytest.raises(DocumentRefused) as caught:
        refused(argument)
    assert caught.value.code == "document_refused"
    return [(problem.path, problem.message) for problem in caught.value.problems]


def changed(document, path, value):
    """Return the document's JSON with one part replaced; DELETE takes it away."""
    content = json.loads(write(document))
    *steps, last = path
    part = content
    for step in steps:
        part = part[step]
    if value is DELETE:
        del part[last]
    else:
        part[last] = value
    return json.dumps(content)


DELETE = object()
NUMBER = 'must be a number in quotes, such as "12.5", below 1,000,000 and with two decimals at most'
POINTS = NUMBER.replace("1,000,000", "100,000")
BAND = ("criteria", 0, "bands", 0)


def test_a_document_is_written_in_one_way_only(document):
    text = write(document())

    assert text.startswith('{"applies_when":"","attributes":[{"choices":[],"counts_days":null,')
    assert read(text) == document()
    assert write(read(json.dumps(json.loads(text), indent=4))) == text
    assert write(document(name="Größe")).count("Größe") == 1
    assert checksum("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_numbers_of_equal_value_are_equal_bytes(document):
    level = LevelSpec(score=Decimal("20.00"), minimums=((Axis.FIT, Decimal("-0")),))

    assert write(document(mql=level)) == write(
        document(mql=LevelSpec(score=Decimal("2E+1"), minimums=((Axis.FIT, Decimal(0)),)))
    )


def test_what_has_no_place_in_json_is_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"not_given": float("nan")})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("kind",), "assessment", ("kind", "must be one of qualification_schema")),
        (("format",), 2, ("format", "must be 1")),
        (("format",), True, ("format", "must be 1")),
        (("format",), DELETE, ("format", "must be 1")),
        (("key",), "", ("key", "is missing")),
        (("key",), "Not a key", ("key", "'Not a key' cannot be a key")),
        (("key",), "and", ("key", "'and' cannot be a key")),
        (("key",), 5, ("key", "must be a text")),
        (("name",), None, ("name", "must be a text")),
        (("name",), " ", ("name", "is missing")),
        (("name",), "x" * 201, ("name", "is longer than 200 characters")),
        (("name",), "a\0", ("name", "has a character that cannot be stored")),
        (("name",), "\ud83d", ("name", "has a character that cannot be stored")),
        (("language",), "english, more or less", ("language", "is longer than 10 characters")),
        (("applies_when",), [], ("applies_when", "must be a text")),
        (("attributes",), {}, ("attributes", "must be a list")),
        (("attributes", 1), "employees", ("attributes[1]", "must be an object")),
        (("attributes", 1, "type"), "integer", ("attributes[1].type", "must be one of number, money, percent, ")),
        (("attributes", 1, "type"), [], ("attributes[1].type", "must be one of number, money, percent, ")),
        (("attributes", 1, "label"), DELETE, ("attributes[1].label", "is missing")),
        (
            ("attributes", 1, "freshness_days"),
            0,
            ("attributes[1].freshness_days", "must be a whole number from 1 to 99,999"),
        ),
        (
            ("attributes", 1, "freshness_days"),
            True,
            ("attributes[1].freshness_days", "must be a whole number from 1 to 99,999"),
        ),
        (
            ("attributes", 1, "freshness_days"),
            1.5,
            ("attributes[1].freshness_days", "must be a whole number from 1 to 99,999"),
        ),
        (
            ("attributes", 1, "freshness_days"),
            10**9,
            ("attributes[1].freshness_days", "must be a whole number from 1 to 99,999"),
        ),
        (("attributes", 1, "counts_kinds"), ["call", 5], ("attributes[1].counts_kinds", "must be a list of texts")),
        (("attributes", 3, "choices", 0), "saas", ("attributes[3].choices[0]", "must be an object")),
        (("attributes", 3, "choices", 0, "code"), "", ("attributes[3].choices[0].code", "is missing")),
        (("criteria", 2, "axis"), "price", ("criteria[2].axis", "must be one of pain, fit, timeframe, ")),
        (("criteria", 0, "question"), "x" * 501, ("criteria[0].question", "is longer than 500 characters")),
        ((*BAND, "when"), "", ("criteria[0].bands[0].when", "is missing")),
        ((*BAND, "points"), 30, ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "NaN", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "1e5", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "1_0", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "٣", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "1E-999999999", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "0.001", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), "100000", ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "points"), DELETE, ("criteria[0].bands[0].points", POINTS)),
        ((*BAND, "met"), "yes", ("criteria[0].bands[0].met", "must be true or false")),
        ((*BAND, "poinst"), "3", ("criteria[0].bands[0].poinst", "is not a part of this")),
        (("criteria", 0, "otherwise"), [], ("criteria[0].otherwise", "must be an object")),
        (("criteria", 0, "otherwise", "points"), None, ("criteria[0].otherwise.points", POINTS)),
        (("levels", "sql"), "50", ("levels.sql", "must be an object")),
        (("levels", "sql", "score"), 50, ("levels.sql.score", NUMBER)),
        (("levels", "sql", "knock_outs"), "pain", ("levels.sql.knock_outs", "must be a list of texts")),
        (("levels", "mql", "minimums"), [{"axis": "fit"}], ("levels.mql.minimums[0].points", NUMBER)),
        (("levels", "gold"), {}, ("levels.gold", "is not a part of this")),
        (("titel",), "x", ("titel", "is not a part of this")),
    ],
)
def test_a_malformed_part_is_refused_with_its_path(document, path, value, expected):
    found = problems(read, changed(document(), path, value))

    where, message = found[0]
    assert (where, message[: len(expected[1])]) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', "[" * 100_000, "1" * 5_000, "\ufeff{}"])
def test_what_is_no_document_at_all_is_refused(text):
    assert problems(read, text)


def test_everything_that_is_wrong_is_told_at_once(document):
    content = json.loads(write(document()))
    content["name"] = ""
    content["criteria"][1]["bands"][0]["points"] = None
    content["levels"]["sql"]["scores"] = "50"

    assert problems(read, json.dumps(content)) == [
        ("name", "is missing"),
        ("criteria[1].bands[0].points", POINTS),
        ("levels.sql.scores", "is not a part of this"),
    ]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1E+9999999", "-0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


def places(part, path=()):
    yield path
    found = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, inner in found:
        yield from places(inner, (*path, key))


@settings(max_examples=150, deadline=None)
@given(schemas(), ANYTHING, st.data())
def test_a_document_spoilt_anywhere_is_read_compiled_or_refused_and_nothing_else(schema, junk, data):
    content = json.loads(write(schema))
    path = data.draw(st.sampled_from(list(places(content))[1:]))
    part = content
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = junk

    try:
        found = read(json.dumps(content))
        compile_plan(found)
    except DocumentRefused:
        return
    assert read(write(found)) == found


# --- What a document means -----------------------------------------------------------------------


def criteria_with(document, **changes):
    first, *rest = document().criteria
    return document(criteria=(replace(first, **changes), *rest))


def attributes_with(document, *added):
    return document(attributes=(*document().attributes, *added))


def test_a_document_that_makes_no_sense_is_refused_with_its_path(document):
    pain = document().criteria[0]
    date_like = AttributeSpec("days_until_decision", "Days", ValueType.NUMBER)
    half_a_count = AttributeSpec("calls", "Calls", ValueType.NUMBER, counts_days=30)
    text_count = AttributeSpec("calls", "Calls", ValueType.TEXT, counts_days=30, counts_kinds=("call",))
    no_number = AttributeSpec("size", "Size", ValueType.NUMBER, not_given="large")
    cases = {
        "applies_when": document(applies_when="has_pian"),
        "order_ready": document(order_ready="employees"),
        "criteria": document(criteria=(), mql=LevelSpec(Decimal(0)), sql=LevelSpec(Decimal(0))),
        "criteria[0].bands": criteria_with(document, bands=()),
        "criteria[0].bands[0].when": criteria_with(document, bands=(BandSpec(" ", Decimal(30), True),)),
        "criteria[3].key": document(criteria=(*document().criteria, pain)),
        "attributes[4].key": attributes_with(document, date_like),
        "attributes[4]": attributes_with(document, half_a_count),
        "attributes[4].not_given": attributes_with(document, no_number),
        "levels.mql": document(mql=LevelSpec()),
        "levels.sql.score": document(sql=LevelSpec(Decimal("65.01"))),
        "levels.sql.knock_outs[0]": document(sql=LevelSpec(Decimal(50), knock_outs=("pian",))),
        "levels.sql.knock_outs[1]": document(sql=LevelSpec(Decimal(50), knock_outs=("pain", "pain"))),
        "levels.sql.minimums[0]": document(sql=LevelSpec(minimums=((Axis.FIT, Decimal(21)),))),
        "levels.sql.minimums[1]": document(sql=LevelSpec(minimums=((Axis.FIT, Decimal(1)), (Axis.FIT, Decimal(2))))),
    }

    found = {path: problems(compile_plan, wrong)[0][0] for path, wrong in cases.items()}

    assert found == {path: path for path in cases}
    assert problems(compile_plan, attributes_with(document, text_count))[0][0] == "attributes[4]"
    assert problems(compile_plan, document(mql=LevelSpec(Decimal(51)))) == [
        ("levels.sql.score", "must not be below MQL's 51")
    ]


def test_more_points_than_a_score_can_hold_are_refused(document):
    pain = document().criteria[0]
    rich = replace(pain, bands=(BandSpec("has_pain", Decimal("99999.99"), True),))
    many = tuple(replace(rich, key=f"pain_{number}") for number in range(101))

    assert problems(compile_plan, document(criteria=many, sql=LevelSpec(Decimal(50)))) == [
        ("criteria", "all points together must stay below 10,000,000")
    ]


def test_an_attribute_that_no_rule_reads_is_not_part_of_the_plan(document):
    plan = compile_plan(document())

    assert list(plan.attributes) == ["has_pain", "employees", "decision"]
    assert plan.derived_names == ("days_until_decision",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"name": "A", "name": "B"}', "says 'name' twice in one object; keep one of them"),
        ('{"format": NaN}', "This is no JSON: NaN is no number of JSON"),
        ('"' + "x" * 1_000_000 + '"', "is longer than 1,000,000 characters"),
    ],
)
def test_a_text_that_could_be_read_in_two_ways_or_not_at_all_is_refused(text, message):
    with pytest.raises(DocumentRefused) as caught:
        read(text)

    assert [str(problem) for problem in caught.value.problems] == [message]


def test_a_list_without_end_is_refused(document):
    content = json.loads(write(document()))
    content["criteria"] *= 200

    with pytest.raises(DocumentRefused) as caught:
        read(json.dumps(content))

    assert Problem("criteria", "has more than 500 parts") in caught.value.problems

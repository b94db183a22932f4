"""What two schemas differ in, in words that a manager reads."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.difference import Change, ChangeKind, Detail, out_of_order
from leads.domain.normal_form import normal
from leads.domain.schema_difference import difference
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument, TestCase
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, Choice, ValueType
from tests.leads.domain import strategies as some

PAIN = CriterionSpec(
    "pain", Axis.PAIN, "Pain", "What goes wrong?", (BandSpec("has_pain", Decimal(30), True, "Has it"),)
)
FIT = CriterionSpec(
    "fit",
    Axis.FIT,
    "Fit",
    "How many are you?",
    (
        BandSpec("employees >= 200", Decimal(20), True, "Large"),
        BandSpec("employees >= 50", Decimal(10), True, "50 to 199 people"),
    ),
)
TIME = CriterionSpec("time", Axis.TIMEFRAME, "Time", "By when?", (BandSpec("days_until_end < 9", Decimal(5), True),))
SPECS = (
    AttributeSpec("has_pain", "Has the pain", ValueType.YES_NO),
    AttributeSpec("employees", "Employees", ValueType.NUMBER, unit="people"),
    AttributeSpec("end", "End", ValueType.DATE),
    AttributeSpec("industry", "Industry", ValueType.CHOICE, choices=(Choice("saas", "SaaS"), Choice("bank", "Bank"))),
)
CASE = TestCase("Large", (("employees", "500"), ("has_pain", True)), Level.MQL)
BEFORE = SchemaDocument(
    key="standard",
    name="Standard",
    attributes=SPECS,
    criteria=(PAIN, FIT, TIME),
    mql=LevelSpec(Decimal(20)),
    sql=LevelSpec(Decimal(50), knock_outs=("pain",)),
    test_cases=(CASE,),
)


def became(**changes):
    return difference(BEFORE, replace(BEFORE, **changes))


def details(found):
    [change] = found
    assert change.kind == ChangeKind.CHANGED
    return [(detail.what, detail.before, detail.after) for detail in change.details]


def test_equal_documents_differ_in_nothing():
    assert difference(BEFORE, BEFORE) == ()


def test_the_points_of_a_step_are_told_with_its_place_and_label():
    bands = (FIT.bands[0], replace(FIT.bands[1], points=Decimal("15.00")))

    assert became(criteria=(PAIN, replace(FIT, bands=bands), TIME)) == (
        Change(
            ChangeKind.CHANGED,
            "criterion",
            "fit",
            "Fit",
            (Detail("Points of step 2 “50 to 199 people”", "10", "15"),),
        ),
    )


def test_everything_that_a_criterion_says_is_compared():
    changed = replace(
        FIT,
        label="Size",
        axis=Axis.BUDGET,
        question="How large?",
        help="Ask.",
        freshness_days=30,
        bands=(replace(FIT.bands[0], when="employees >= 300", met=False), replace(FIT.bands[1], label="Middle")),
        otherwise_points=Decimal(-10),
        otherwise_met=True,
    )

    assert details(became(criteria=(PAIN, changed, TIME))) == [
        ("Label", "Fit", "Size"),
        ("Axis", "fit", "budget"),
        ("Question", "How many are you?", "How large?"),
        ("Help", "", "Ask."),
        ("Stale after", "as its attributes say", "30 days"),
        ("Condition of step 1 “Large”", "employees >= 200", "employees >= 300"),
        ("Counts as met of step 1 “Large”", "yes", "no"),
        ("Label of step 2 “Middle”", "50 to 199 people", "Middle"),
        ("Points otherwise", "0", "-10"),
        ("Otherwise counts as met", "no", "yes"),
    ]


def test_a_step_put_between_others_is_one_change():
    between = BandSpec("employees >= 100", Decimal(1), False)

    found = became(criteria=(PAIN, replace(FIT, bands=(FIT.bands[0], between, FIT.bands[1])), TIME))

    assert details(found) == [("Step 2", "", "employees >= 100: 1 point, does not count as met")]


def test_a_step_that_went_and_steps_in_another_order_are_told():
    assert details(became(criteria=(PAIN, replace(FIT, bands=FIT.bands[1:]), TIME))) == [
        ("Step 1 “Large”", "employees >= 200: 20 points, counts as met", "")
    ]
    assert details(became(criteria=(PAIN, replace(FIT, bands=FIT.bands[::-1]), TIME))) == [
        ("Order of the steps", "Large, 50 to 199 people", "50 to 199 people, Large")
    ]


def test_a_criterion_that_came_or_went_says_what_it_is():
    gone = difference(BEFORE, replace(BEFORE, criteria=(PAIN, FIT)))

    assert [(change.kind, change.key) for change in gone] == [
        (ChangeKind.REMOVED, "time"),
        (ChangeKind.REMOVED, "end"),  # nothing reads it any more
    ]
    assert gone[0].details == (
        Detail("Label", "Time", ""),
        Detail("Axis", "timeframe", ""),
        Detail("Question", "By when?", ""),
        Detail("Stale after", "as its attributes say", ""),
        Detail("Step 1", "days_until_end < 9: 5 points, counts as met", ""),
        Detail("Points otherwise", "0", ""),
        Detail("Otherwise counts as met", "no", ""),
    )


def test_the_one_criterion_that_was_moved_is_named_and_no_other():
    found = became(criteria=(TIME, PAIN, FIT))

    assert found == (
        Change(ChangeKind.MOVED, "criterion", "time", "Time", (Detail("Place", "3, after “Fit”", "first"),)),
    )


def test_levels_tell_thresholds_least_points_and_what_must_be_met():
    found = became(sql=LevelSpec(None, ((Axis.FIT, Decimal(10)),), ("fit", "time")))

    assert found[0].label == "SQL"
    assert details(found) == [
        ("Least score", "50", ""),
        ("Least points for fit", "", "10"),
        ("“Fit” must be met", "no", "yes"),
        ("“Time” must be met", "no", "yes"),
        ("“Pain” must be met", "yes", "no"),
    ]


def test_what_the_schema_says_of_itself_is_compared():
    found = became(key="banks", name="Banks", language="de", order_ready="has_pain", applies_when="has_pain")

    assert details(found) == [
        ("Name", "Standard", "Banks"),
        ("Key", "standard", "banks"),
        ("Language", "en", "de"),
        ("Applies when", "always", "has_pain"),
        ("Ready to order when", "", "has_pain"),
    ]


def test_attributes_tell_all_that_they_are():
    other = AttributeSpec(
        "industry",
        "Branch",
        ValueType.MULTI_CHOICE,
        "Where?",
        choices=(Choice("saas", "Software"),),
        freshness_days=9,
        not_given=["saas"],
    )
    reads = BandSpec('industry == "bank"', Decimal(1), True)
    before = replace(BEFORE, criteria=(replace(PAIN, bands=(reads,)),), test_cases=())

    found = difference(before, replace(before, attributes=(*SPECS[:3], other)))

    assert details(found) == [
        ("Label", "Industry", "Branch"),
        ("Question", "", "Where?"),
        ("Type", "choice", "multi choice"),
        ("Choices", "SaaS (saas), Bank (bank)", "Software (saas)"),
        ("Stale after", "never", "9 days"),
        ("If not given", "unknown", "Software"),
    ]


def test_test_cases_tell_what_is_known_in_words():
    other = replace(
        CASE,
        values=(("employees", {"low": "10", "likely": "20", "high": "90"}), ("end", DOES_NOT_KNOW)),
        level=Level.SQL,
        possible_level=Level.SQL,
        on=date(2026, 3, 2),
    )

    assert details(became(test_cases=(other,))) == [
        ("Must be", "MQL", "SQL"),
        ("Must be possible", "any", "SQL"),
        ("Day", "", "2026-03-02"),
        ("Employees", "500 people", "10 – 20 – 90 people"),
        ("End", "", "The prospect does not know"),
        ("Has the pain", "Yes", ""),
    ]


def test_a_value_that_only_is_written_otherwise_is_told_as_it_is_kept():
    again = replace(CASE, values=(("employees", "500.0"), ("has_pain", True)))

    assert details(became(test_cases=(again,))) == [("Employees", '"500"', '"500.0"')]


def test_what_has_no_meaning_is_no_difference():
    unread = AttributeSpec("city", "City", ValueType.TEXT)
    sql = LevelSpec(Decimal("50.0"), ((Axis.PAIN, Decimal(1)), (Axis.FIT, Decimal(2))), ("time", "pain"))
    other = LevelSpec(Decimal(50), sql.minimums[::-1], sql.knock_outs[::-1])

    assert became(attributes=(unread, *SPECS[::-1]), applies_when="  ") == ()
    assert difference(replace(BEFORE, sql=sql), replace(BEFORE, sql=other)) == ()


def test_rules_that_make_no_sense_are_compared_as_they_are_written():
    broken = replace(FIT, bands=(replace(FIT.bands[0], when="employees >= "), FIT.bands[1]))

    assert details(became(criteria=(PAIN, broken, TIME))) == [
        ("Condition of step 1 “Large”", "employees >= 200", "employees >= ")
    ]


def test_the_fewest_are_moved_and_the_same_in_both_directions():
    assert out_of_order("abcd", "abcd") == frozenset()
    assert out_of_order("abcd", "dabc") == {"d"}
    assert out_of_order("ab", "ba") == out_of_order("ba", "ab") == {"b"}
    assert out_of_order("abc", "cxa") == out_of_order("cxa", "abc") == {"c"}


# --- Of any two ----------------------------------------------------------------------------------


@st.composite
def variants(draw, schema):
    """A schema with something done to it, or nothing."""
    cases = [TestCase(name, (("employees", draw(st.sampled_from(["1", "1.0", "60"]))),), Level.NONE) for name in "AB"]
    schema = replace(schema, test_cases=tuple(draw(st.permutations(cases)))[: draw(st.integers(0, 2))])
    if draw(st.booleans()):
        schema = replace(schema, criteria=tuple(draw(st.permutations(schema.criteria))))
    if draw(st.booleans()):
        index = draw(st.integers(0, len(schema.criteria) - 1))
        criteria = list(schema.criteria)
        criteria[index] = replace(draw(some.criteria(criteria[index].key)), label=draw(st.sampled_from(["X", "Y"])))
        schema = replace(schema, criteria=tuple(criteria))
    if draw(st.booleans()):
        schema = replace(schema, attributes=tuple(draw(st.permutations(schema.attributes))))
    if draw(st.booleans()):
        schema = replace(schema, sql=replace(schema.sql, knock_outs=schema.sql.knock_outs[::-1]))
    return schema


@st.composite
def pairs(draw):
    first = draw(some.schemas())
    second = first if draw(st.booleans()) else draw(some.schemas())
    return draw(variants(first)), draw(variants(second))


TURNED = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}


def facts(changes, *, turned=False):
    """Return what is said without the labels and places, which are those of the later version."""
    found = []
    for change in changes:
        said = [(d.after, d.before) if turned else (d.before, d.after) for d in change.details]
        kind = TURNED.get(change.kind, change.kind) if turned else change.kind
        key = "" if change.subject == "schema" else change.key
        found.append((kind.value, change.subject, key, sorted(said)))
    return sorted(found)


@settings(max_examples=200, deadline=None)
@given(pairs())
def test_the_way_back_is_the_mirror_of_the_way_there(pair):
    before, after = pair

    assert facts(difference(before, after)) == facts(difference(after, before), turned=True)


@settings(max_examples=200, deadline=None)
@given(pairs())
def test_nothing_is_said_exactly_where_nothing_differs(pair):
    before, after = pair

    changes = difference(before, after)

    assert (changes == ()) is (normal(before) == normal(after))
    for change in changes:
        assert change.kind != ChangeKind.CHANGED or change.details
        assert all(detail.before != detail.after for detail in change.details)

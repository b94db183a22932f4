"""What is known of an imagined lead, as lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.case_lines import LinesRefused, read, written
from leads.domain.values import AttributeSpec, Choice, ValueType, check, encode

SPECS = {
    spec.key: spec
    for spec in (
        AttributeSpec("employees", "Employees", ValueType.NUMBER),
        AttributeSpec("budget", "Budget", ValueType.MONEY),
        AttributeSpec("share", "Share", ValueType.PERCENT),
        AttributeSpec("has_pain", "Has the pain", ValueType.YES_NO),
        AttributeSpec("decision", "Decision date", ValueType.DATE),
        AttributeSpec("city", "City", ValueType.TEXT),
        AttributeSpec(
            "industry", "Industry", ValueType.CHOICE, choices=(Choice("saas", "SaaS"), Choice("bank", "Bank"))
        ),
        AttributeSpec(
            "systems", "Systems", ValueType.MULTI_CHOICE, choices=(Choice("sap", "SAP"), Choice("crm", "CRM"))
        ),
        AttributeSpec("calls", "Calls", ValueType.NUMBER, counts_kinds=("call",), counts_days=30),
    )
}


@pytest.mark.parametrize(
    ("line", "key", "stored"),
    [
        ("employees: 120", "employees", "120"),
        ("Employees:120.50", "employees", "120.5"),
        ("budget: 20 – 25 – 30", "budget", {"low": "20", "likely": "25", "high": "30"}),
        ("budget: 20 to 25 to 30", "budget", {"low": "20", "likely": "25", "high": "30"}),
        ("budget: 20 – 20 – 20", "budget", "20"),
        ("share: 12.5 %", "share", "12.5"),
        ("Has the pain: no", "has_pain", False),
        ("decision: 2026-03-02", "decision", "2026-03-02"),
        ("city: Bad Aibling: west", "city", "Bad Aibling: west"),
        ("industry: SaaS", "industry", "saas"),
        ("systems: crm; SAP", "systems", ["crm", "sap"]),
        ("calls: 03", "calls", "3"),
        ("industry: Does not know", "industry", {"unknown": "does_not_know"}),
    ],
)
def test_a_line_gives_the_stored_value(line, key, stored):
    assert read(f"\n  {line}  \n", SPECS) == {key: stored}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("zebra: 3", ["Line 1: There is no attribute `zebra`. The names are listed under “What conditions can read”."]),
        ("employees: many", ["Line 1: `employees` takes a number or a range of numbers, not 'many'."]),
        ("budget: 30 – 25 – 20", ["Line 1: The range of `budget` must rise from low over likely to high."]),
        ("\ncalls: some", ["Line 2: `calls` is counted: give a whole number, not 'some'."]),
        ("calls: does not know", ["Line 1: `calls` is counted: give a whole number, not 'does not know'."]),
        ("city: x\n" * 201, ["Write at most 200 lines."]),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_number(text, problems):
    with pytest.raises(LinesRefused) as caught:
        read(text, SPECS)
    assert caught.value.problems == problems


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "employees": st.decimals(-(10**9), 10**9, places=3),
            "has_pain": st.booleans(),
            "decision": st.dates(),
            "industry": st.sampled_from(["saas", "bank"]),
            "systems": st.frozensets(st.sampled_from(["sap", "crm"]), min_size=1),
        },
    )
)
def test_what_is_written_is_read_back_the_same(values):
    stored = {key: encode(check(SPECS[key], value)) for key, value in values.items()}
    assert read(written(stored, SPECS), SPECS) == stored


@given(st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        found = read(text, SPECS)
    except LinesRefused as refusal:
        found = refusal.problems
    assert bool(found) == bool(text.strip())

"""Typed values: what is taken, how it is kept, read back and shown."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.rules import Range
from leads.domain.values import (
    AttributeSpec,
    Choice,
    ValueRefused,
    ValueType,
    check,
    decode,
    display,
    encode,
    parse,
    plain,
)

CHOICES = (Choice("saas", "Software as a service"), Choice("bank", "Bank"), Choice("other", "saas"))
NUMBER = AttributeSpec("employees", "Employees", ValueType.NUMBER, unit="people")
SPECS = {
    ValueType.NUMBER: NUMBER,
    ValueType.MONEY: AttributeSpec("budget", "Budget", ValueType.MONEY),
    ValueType.PERCENT: AttributeSpec("share", "Share", ValueType.PERCENT),
    ValueType.CHOICE: AttributeSpec("industry", "Industry", ValueType.CHOICE, choices=CHOICES),
    ValueType.MULTI_CHOICE: AttributeSpec("segments", "Segments", ValueType.MULTI_CHOICE, choices=CHOICES),
    ValueType.YES_NO: AttributeSpec("has_pain", "Has pain", ValueType.YES_NO),
    ValueType.DATE: AttributeSpec("decision", "Decision", ValueType.DATE),
    ValueType.TEXT: AttributeSpec("vendor", "Vendor", ValueType.TEXT),
}
D = Decimal


def code_of(refused, *arguments, **named):
    with pytest.raises(ValueRefused) as caught:
        refused(*arguments, **named)
    return caught.value.code, caught.value.field


def spread(low, likely, high):
    return Range(D(low), D(likely), D(high))


GOOD = [
    (ValueType.NUMBER, D("120.50"), "120.5"),
    (ValueType.NUMBER, D("1E+3"), "1000"),
    (ValueType.NUMBER, D("-0"), "0"),
    (ValueType.NUMBER, D("-0.000"), "0"),
    (ValueType.NUMBER, D("0.0000000001"), "0.0000000001"),
    (ValueType.NUMBER, D("999999999999999.9999999999"), "999999999999999.9999999999"),
    (ValueType.NUMBER, D("1.00000000000000000000000000000000000000"), "1"),
    (ValueType.NUMBER, spread(1, 2, 3), {"low": "1", "likely": "2", "high": "3"}),
    (ValueType.NUMBER, spread(2, 2, 2), "2"),
    (ValueType.MONEY, D("999999999999.99"), "999999999999.99"),
    (ValueType.PERCENT, D("12.5"), "12.5"),
    (ValueType.CHOICE, "bank", "bank"),
    (ValueType.MULTI_CHOICE, frozenset({"saas", "bank"}), ["bank", "saas"]),
    (ValueType.MULTI_CHOICE, frozenset(), []),
    (ValueType.YES_NO, True, True),
    (ValueType.YES_NO, False, False),
    (ValueType.DATE, date(2026, 2, 28), "2026-02-28"),
    (ValueType.TEXT, "  Acme\n ", "Acme"),
    (ValueType.TEXT, "x" * 2_000, "x" * 2_000),
]


@pytest.mark.parametrize(("value_type", "value", "kept"), GOOD)
def test_a_value_is_kept_and_read_back_as_what_it_is(value_type, value, kept):
    spec = SPECS[value_type]

    checked = check(spec, value)

    assert encode(checked) == kept
    assert decode(spec, kept) == checked
    assert str(checked) != "-0"
    assert type(decode(spec, kept)) is type(checked)


BAD = [
    (ValueType.NUMBER, D("NaN")),
    (ValueType.NUMBER, D("sNaN")),
    (ValueType.NUMBER, D("Infinity")),
    (ValueType.NUMBER, D("1E+15")),
    (ValueType.NUMBER, D("-1E+15")),
    (ValueType.NUMBER, D("1E+1000000")),
    (ValueType.NUMBER, D("1E+999999999999999999")),
    (ValueType.NUMBER, D("1E-11")),
    (ValueType.NUMBER, D("1E-999999999999999999")),
    (ValueType.NUMBER, D("1." + "0" * 40 + "1")),
    (ValueType.NUMBER, D("999999999999999.99999999999999999999999")),
    (ValueType.NUMBER, Range(D(1), D(2), D("Infinity"))),
    (ValueType.NUMBER, True),
    (ValueType.NUMBER, 5),
    (ValueType.NUMBER, 5.0),
    (ValueType.NUMBER, "5"),
    (ValueType.MONEY, D("0.001")),
    (ValueType.MONEY, D("1E+12")),
    (ValueType.MONEY, D("999999999999.999999999999999999999")),
    (ValueType.CHOICE, "Bank"),
    (ValueType.CHOICE, frozenset({"bank"})),
    (ValueType.MULTI_CHOICE, "bank"),
    (ValueType.MULTI_CHOICE, frozenset({"bank", "none"})),
    (ValueType.YES_NO, "yes"),
    (ValueType.YES_NO, D(1)),
    (ValueType.DATE, datetime(2026, 3, 2, tzinfo=UTC)),
    (ValueType.DATE, "2026-03-02"),
    (ValueType.TEXT, "  "),
    (ValueType.TEXT, "x" * 2_001),
    (ValueType.TEXT, "a\0b"),
    (ValueType.TEXT, "half of a pair: \ud83d"),
    (ValueType.TEXT, D(1)),
]


@pytest.mark.parametrize(("value_type", "value"), BAD)
def test_a_value_of_another_type_or_size_is_refused(value_type, value):
    assert code_of(check, SPECS[value_type], value) == ("value_refused", SPECS[value_type].key)


@pytest.mark.parametrize(
    ("value_type", "kept"),
    [
        (ValueType.NUMBER, 5),
        (ValueType.NUMBER, "five"),
        (ValueType.NUMBER, "NaN"),
        (ValueType.NUMBER, "1E+1000000"),
        (ValueType.NUMBER, {"low": "1"}),
        (ValueType.NUMBER, {"low": "3", "likely": "2", "high": "1"}),
        (ValueType.NUMBER, {"low": None, "likely": [], "high": {}}),
        (ValueType.NUMBER, None),
        (ValueType.CHOICE, ["bank"]),
        (ValueType.CHOICE, "gone"),
        (ValueType.MULTI_CHOICE, "bank"),
        (ValueType.MULTI_CHOICE, [["bank"]]),
        (ValueType.MULTI_CHOICE, [1]),
        (ValueType.YES_NO, 1),
        (ValueType.DATE, 20260302),
        (ValueType.DATE, "2026-02-30"),
        (ValueType.TEXT, {"unknown": "does_not_know"}),
        (ValueType.TEXT, ""),
    ],
)
def test_what_is_kept_but_none_of_the_attributes_values_is_read_as_nothing(value_type, kept):
    assert decode(SPECS[value_type], kept) is None


@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(-(10**15), 10**15, places=10))
def test_a_number_is_kept_exactly_or_refused(number):
    try:
        kept = encode(check(NUMBER, number))
    except ValueRefused:
        return
    assert D(kept) == number
    assert kept != "-0"
    assert "E" not in kept


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(SPECS.values())), st.text(max_size=12))
def test_reading_what_somebody_wrote_gives_a_value_that_can_be_kept_or_a_refusal(spec, text):
    try:
        value = parse(spec, text)
    except ValueRefused:
        return
    assert decode(spec, encode(value)) == value


@pytest.mark.parametrize(
    ("value_type", "text", "value"),
    [
        (ValueType.NUMBER, " -12.50 ", D("-12.5")),
        (ValueType.NUMBER, ".5", D("0.5")),
        (ValueType.PERCENT, "12.5 %", D("12.5")),
        (ValueType.MONEY, "+3", D(3)),
        (ValueType.YES_NO, "YES", True),
        (ValueType.YES_NO, "0", False),
        (ValueType.DATE, "2026-02-28", date(2026, 2, 28)),
        (ValueType.CHOICE, "BANK", "bank"),
        (ValueType.CHOICE, "Software as a Service", "saas"),
        (ValueType.CHOICE, "SaaS", "saas"),  # a code before another choice's label
        (ValueType.MULTI_CHOICE, "bank; software as a service;", frozenset({"bank", "saas"})),
        (ValueType.TEXT, " plain ", "plain"),
    ],
)
def test_what_somebody_wrote_is_read(value_type, text, value):
    assert parse(SPECS[value_type], text) == value


@pytest.mark.parametrize(
    ("value_type", "text"),
    [
        (ValueType.NUMBER, "1,000"),
        (ValueType.NUMBER, "١٢"),
        (ValueType.NUMBER, "１２"),
        (ValueType.NUMBER, "1_000"),
        (ValueType.NUMBER, "1e3"),
        (ValueType.NUMBER, "NaN"),
        (ValueType.NUMBER, "Infinity"),
        (ValueType.NUMBER, "9" * 31),
        (ValueType.NUMBER, ""),
        (ValueType.NUMBER, "5 %"),
        (ValueType.YES_NO, "maybe"),
        (ValueType.DATE, "02.03.2026"),
        (ValueType.DATE, "2026-02-30"),
        (ValueType.CHOICE, "nothing of the kind"),
        (ValueType.CHOICE, ""),
        (ValueType.MULTI_CHOICE, "bank;nothing"),
        (ValueType.TEXT, "\0"),
    ],
)
def test_what_cannot_be_read_is_refused(value_type, text):
    assert code_of(parse, SPECS[value_type], text) == ("value_refused", SPECS[value_type].key)


def test_a_date_is_read_in_the_format_asked_for():
    assert parse(SPECS[ValueType.DATE], "02.03.2026", date_format="%d.%m.%Y") == date(2026, 3, 2)
    assert code_of(parse, SPECS[ValueType.DATE], "2026-03-02", date_format="%d.%m.%Y")[0] == "value_refused"


@pytest.mark.parametrize(
    ("value_type", "value", "shown"),
    [
        (ValueType.NUMBER, D("1234567.50"), "1,234,567.5 people"),
        (ValueType.NUMBER, D("1E+3"), "1,000 people"),
        (ValueType.NUMBER, spread("20", "120", "300"), "20 – 120 – 300 people"),
        (ValueType.MONEY, D("-1200.5"), "EUR -1,200.5"),
        (ValueType.PERCENT, D("12.5"), "12.5 %"),
        (ValueType.CHOICE, "bank", "Bank"),
        (ValueType.CHOICE, "gone", "gone"),
        (ValueType.MULTI_CHOICE, frozenset({"bank", "saas"}), "Software as a service, Bank"),
        (ValueType.MULTI_CHOICE, frozenset(), ""),
        (ValueType.YES_NO, True, "Yes"),
        (ValueType.YES_NO, False, "No"),
        (ValueType.DATE, date(2026, 3, 2), "2026-03-02"),
        (ValueType.TEXT, "bank", "bank"),
    ],
)
def test_a_value_is_shown_with_its_unit(value_type, value, shown):
    assert display(SPECS[value_type], value, "EUR") == shown


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("-0", "0"), ("-0.00", "0"), ("0E+5", "0"), ("100", "100"), ("1.50", "1.5"), ("1E2", "100")],
)
def test_equal_numbers_are_written_alike(number, text):
    assert plain(D(number)) == text

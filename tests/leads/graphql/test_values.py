"""Values on their way in and out: what fits which attribute, and what is refused in which words."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from leads.global_ids import global_id
from leads.models import Attribute, Evidence, Lead
from tests.leads.graphql import walk

CHOICES = [{"code": "saas", "label": "SaaS"}, {"code": "bank", "label": "Bank"}]
TYPES = ("number", "money", "percent", "choice", "multi_choice", "yes_no", "date", "text")
RECORD = """
mutation($lead: ID!, $values: [AttributeValueInput!]!) {
  recordEvidence(lead: $lead, values: $values) {
    __typename
    ... on Lead { revision values(keys: ["it"]) { value { ...V } latest { ...V } } }
    ... on OperationInfo { messages { kind code field message } }
  }
}
fragment V on Value {
  __typename
  ... on NumberValue { number low high unit display }
  ... on MoneyValue { money { ...M } moneyLow { ...M } moneyHigh { ...M } display }
  ... on PercentValue { percent low high display }
  ... on ChoiceValue { choice { code label } display }
  ... on ChoicesValue { choices { code label } display }
  ... on YesNoValue { yesNo display }
  ... on DateValue { date display }
  ... on TextValue { text display }
  ... on UnknownValue { reason display }
}
fragment M on Money { amount currency }
"""
# What a value is given as, for which type of attribute, and the value that is read back.
TAKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("number", {"number": 12}, {"number": "12", "low": "12", "high": "12", "unit": "", "display": "12"}),
    ("number", {"number": "-0.50"}, {"number": "-0.5", "low": "-0.5", "high": "-0.5", "unit": "", "display": "-0.5"}),
    ("number", {"number": "1e3"}, {"number": "1000", "low": "1000", "high": "1000", "unit": "", "display": "1,000"}),
    ("number", {"number": -0.0}, {"number": "0", "low": "0", "high": "0", "unit": "", "display": "0"}),
    (
        "number",
        {"range": {"low": 1, "likely": "2.50", "high": 3}},
        {"number": "2.5", "low": "1", "high": "3", "unit": "", "display": "1 – 2.5 – 3"},
    ),
    (
        "number",
        {"range": {"low": 2, "likely": 2, "high": "2.0"}},
        {"number": "2", "low": "2", "high": "2", "unit": "", "display": "2"},
    ),
    (
        "percent",
        {"number": "12.5"},
        {"percent": "12.5", "low": "12.5", "high": "12.5", "display": "12.5 %"},
    ),
    ("choice", {"choice": "saas"}, {"choice": CHOICES[0], "display": "SaaS"}),
    ("multi_choice", {"choices": ["bank", "saas", "bank"]}, {"choices": CHOICES, "display": "SaaS, Bank"}),
    ("multi_choice", {"choices": []}, {"choices": [], "display": ""}),
    ("yes_no", {"yesNo": False}, {"yesNo": False, "display": "No"}),
    ("date", {"date": "2026-02-28"}, {"date": "2026-02-28", "display": "2026-02-28"}),
    ("date", {"date": "0001-01-01"}, {"date": "0001-01-01", "display": "0001-01-01"}),
    ("date", {"date": "9999-12-31"}, {"date": "9999-12-31", "display": "9999-12-31"}),
    (
        "text",
        {"text": " Ünïcødé 🦊\u2028\"'; DROP "},
        {"text": "Ünïcødé 🦊\u2028\"'; DROP", "display": "Ünïcødé 🦊\u2028\"'; DROP"},
    ),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    *[
        ("number", {"number": number}, "`it` takes a number or a range of numbers.")
        for number in ("NaN", "-sNaN", "Infinity")
    ],
    *[
        ("number", {"number": number}, "`it` must be smaller than 1,000,000,000,000,000.")
        for number in ("1e999999", "-1e15", "9" * 5000)
    ],
    *[
        ("number", {"number": number}, "`it` takes at most 10 decimal places.")
        for number in ("1e-999999", "0." + "1" * 5000)
    ],
    ("money", {"money": {"amount": "0.005", "currency": "EUR"}}, "`it` takes at most 2 decimal places."),
    ("money", {"money": {"amount": "1e12", "currency": "EUR"}}, "`it` must be smaller than 1,000,000,000,000."),
    ("money", {"money": {"amount": "1", "currency": "USD"}}, "`it` takes amounts in EUR, not USD."),
    ("money", {"money": {"amount": "1", "currency": "eur"}}, "`it` takes amounts in EUR, not eur."),
    ("money", {"money": {"amount": "1", "currency": " "}}, "`it` takes amounts in EUR, not none."),
    ("money", {"money": {"amount": "1", "currency": "x" * 99}}, f"`it` takes amounts in EUR, not {'x' * 60}…."),
    ("choice", {"choice": "x" * 99}, f"`it` has no choice '{'x' * 60}…'; choose from saas, bank."),
    ("choice", {"choice": "Bank"}, "`it` has no choice 'Bank'; choose from saas, bank."),
    ("multi_choice", {"choices": ["bank", ""]}, "`it` has no choice ''; choose from saas, bank."),
    ("text", {"text": " "}, "`it` takes a text of 1 to 2,000 characters."),
    ("text", {"text": "x" * 2001}, "`it` takes a text of 1 to 2,000 characters."),
    *[
        (
            "number",
            {"range": {"low": low, "likely": likely, "high": high}},
            "The range of `it` must rise from low over likely to high.",
        )
        for low, likely, high in (
            ("3", "2", "1"),
            ("1", "3", "2"),
            ("NaN", "1", "2"),
            ("1", "sNaN", "2"),
            ("1", "2", "Infinity"),
        )
    ],
    *[(type_, {"doesNotKnow": False}, "Give a value for `it`, or doesNotKnow: true.") for type_ in TYPES],
]
KINDS: dict[str, Any] = {
    "number": 1,
    "range": {"low": 1, "likely": 2, "high": 3},
    "money": {"amount": 1, "currency": "EUR"},
    "choice": "saas",
    "choices": ["saas"],
    "yesNo": True,
    "date": "2026-03-02",
    "text": "saas",
    "doesNotKnow": True,
}
FITTING = {
    "number": ("number", "range"),
    "money": ("money", "range"),
    "percent": ("number", "range"),
    "choice": ("choice",),
    "multi_choice": ("choices",),
    "yes_no": ("yesNo",),
    "date": ("date",),
    "text": ("text",),
}


@pytest.fixture
def lead(make_lead, rep):
    return make_lead(rep)


@pytest.fixture
def record(graphql, lead, business):
    """Record values of an attribute `it` of some type, and return the answer."""

    def recorded(type_: str, *values: dict[str, Any]) -> dict[str, Any]:
        choices = CHOICES if "choice" in type_ else []
        Attribute.objects.update_or_create(
            business=business,
            key="it",
            defaults={"label": "It", "type": type_, "choices": choices, "filterable": True},
        )
        given = [{"key": "it", "value": value} for value in values]
        return graphql(RECORD, lead=global_id("Lead", lead.pk), values=given)

    return recorded


def untouched(lead: Lead) -> bool:
    snapshot = Lead.objects.values_list("snapshot", "revision").get(pk=lead.pk)
    return snapshot == ({}, 1) and not Evidence.objects.exists()


@pytest.mark.parametrize(("type_", "value", "out"), TAKEN)
def test_a_value_is_read_back_as_it_was_given(record, type_, value, out):
    answer = record(type_, value)["data"]["recordEvidence"]

    name = {"multi_choice": "ChoicesValue", "yes_no": "YesNoValue"}.get(type_, f"{type_.capitalize()}Value")
    [known] = answer["values"]
    assert known == {"value": {"__typename": name, **out}, "latest": {"__typename": name, **out}}


def test_money_is_read_back_in_the_currency_of_the_business(record):
    [exact] = record("money", {"money": {"amount": "1234.50", "currency": "EUR"}})["data"]["recordEvidence"]["values"]
    [rough] = record("money", {"range": {"low": 1, "likely": "2.50", "high": 3}})["data"]["recordEvidence"]["values"]

    def euros(amount: str) -> dict[str, str]:
        return {"amount": amount, "currency": "EUR"}

    assert exact["value"]["display"] == "EUR 1,234.5"
    assert [exact["value"][end] for end in ("moneyLow", "money", "moneyHigh")] == [euros("1234.5")] * 3
    assert [rough["value"][end] for end in ("moneyLow", "money", "moneyHigh")] == [euros("1"), euros("2.5"), euros("3")]


@pytest.mark.parametrize(("type_", "value", "message"), REFUSED)
def test_a_value_that_the_attribute_does_not_take_is_refused_at_once(record, lead, type_, value, message):
    began = time.monotonic()

    body = record(type_, value)

    assert time.monotonic() - began < 1
    assert body["data"]["recordEvidence"] == {
        "__typename": "OperationInfo",
        "messages": [{"kind": "VALIDATION", "code": "value_refused", "field": "it", "message": message}],
    }
    assert untouched(lead)


@pytest.mark.parametrize("type_", TYPES)
def test_only_what_fits_the_type_is_taken(record, lead, type_):
    for kind, value in KINDS.items():
        answer = record(type_, {kind: value})["data"]["recordEvidence"]

        if kind in (*FITTING[type_], "doesNotKnow"):
            assert answer["__typename"] == "Lead"
            Evidence.objects.all().delete()
            Lead.objects.update(snapshot={}, revision=1)
        else:
            [message] = answer["messages"]
            assert message["message"] == f"Give `it` as {' or '.join(FITTING[type_])}."
            assert untouched(lead)


def test_every_kind_of_value_and_every_type_is_tried():
    assert set(KINDS) == set(walk.SCHEMA.type_map["ValueInput"].fields)
    assert {name.upper() for name in FITTING} == set(walk.SCHEMA.type_map["AttributeType"].values)


@pytest.mark.parametrize("value", [{}, {"number": 1, "text": "one"}, {"number": None}, {"number": 1, "text": None}])
def test_exactly_one_kind_of_value_is_given(record, lead, value):
    body = record("number", value)

    assert {error["extensions"]["code"] for error in body["errors"]} == {"invalid_request"}
    assert "data" not in body
    assert untouched(lead)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[("number", value) for value in ("", "abc", "1,5", True, [], {})],
        *[
            ("date", value)
            for value in ("2026-02-30", "02.03.2026", "", 20260302, "2026-03-02T10:00:00Z", "0000-01-01")
        ],
        *[("yesNo", value) for value in ("yes", 1)],
        *[("choices", value) for value in ([1], [None])],
    ],
)
def test_what_cannot_be_read_is_refused_before_anything_runs(record, lead, kind, value):
    body = record("number", {kind: value})

    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == {"invalid_request"}
    assert untouched(lead)


def test_a_key_that_is_there_twice_is_refused(record, lead):
    [message] = record("number", {"number": 1}, {"number": 2})["data"]["recordEvidence"]["messages"]

    assert message == {"kind": "VALIDATION", "code": "value_refused", "field": "it", "message": "`it` is there twice."}
    assert untouched(lead)


def test_all_values_are_taken_or_none(graphql, record, lead):
    record("number", {"doesNotKnow": False})
    values = [{"key": "it", "value": {"number": 1}}, {"key": "nope", "value": {"number": 1}}]

    [message] = graphql(RECORD, lead=global_id("Lead", lead.pk), values=values)["data"]["recordEvidence"]["messages"]

    assert (message["code"], message["message"]) == ("unknown_attribute", "There is no attribute `nope`.")
    assert untouched(lead)


def test_what_is_counted_cannot_be_recorded(graphql, record, lead):
    record("number", {"doesNotKnow": False})
    Attribute.objects.update(counts_kinds=["call"], counts_days=30)

    [message] = record_only(graphql, lead)["messages"]

    assert message["code"] == "derived_attribute"
    assert message["message"] == "`it` is counted from engagements and cannot be recorded."
    assert untouched(lead)


def record_only(ask: Any, lead: Lead) -> dict[str, Any]:
    values = [{"key": "it", "value": {"number": 1}}]
    return ask(RECORD, lead=global_id("Lead", lead.pk), values=values)["data"]["recordEvidence"]


def test_a_text_with_a_nul_character_is_no_request(record, graphql, lead):
    assert record("text", {"text": "a\0b"}) == {
        "errors": [{"message": "Text must not contain NUL characters.", "extensions": {"code": "bad_character"}}]
    }
    [error] = graphql('mutation { createLead(organizationName: "a\\u0000b") { __typename } }')["errors"]
    assert error["extensions"] == {"code": "bad_character"}
    assert untouched(lead)


def test_a_moment_is_taken_from_any_zone_and_read_back_in_utc(graphql, record, lead):
    record("number", {"doesNotKnow": False})
    query = """mutation($lead: ID!, $at: DateTime!) {
      recordEvidence(lead: $lead, observedAt: $at, values: [{key: "it", value: {number: 1}}]) {
        ... on Lead { values(keys: ["it"]) { observedAt } evidence(first: 1) { edges { node { observedAt } } } }
      }
    }"""

    answer = graphql(query, lead=global_id("Lead", lead.pk), at="2026-03-01T00:30:00.123456+05:30")

    moment = "2026-02-28T19:00:00.123456+00:00"
    assert answer["data"]["recordEvidence"] == {
        "values": [{"observedAt": moment}],
        "evidence": {"edges": [{"node": {"observedAt": moment}}]},
    }
    assert Evidence.objects.get().observed_at == datetime(2026, 2, 28, 19, 0, 0, 123456, tzinfo=UTC)

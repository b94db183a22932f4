"""Rules as sentences, names that were misspelt, and keys made of labels."""

import pytest
from hypothesis import given, settings

from leads.domain.rules import Kind, Name, RuleError, compile_rule, is_key
from leads.domain.rules.english import Meaning, say
from leads.domain.rules.mending import correction, length_at
from leads.domain.rules.naming import key_from
from tests.leads.rules.strategies import NAMES, TOKEN_SALAD, conditions, numbers

CODES = ("saas", "bank", "retail")
KNOWN = {
    "employees": Name(Kind.NUMBER),
    "budget": Name(Kind.NUMBER),
    "share": Name(Kind.NUMBER),
    "has_pain": Name(Kind.YES_NO),
    "is_customer": Name(Kind.YES_NO),
    "industry": Name(Kind.TEXT, CODES),
    "segment": Name(Kind.TEXT, CODES),
    "city": Name(Kind.TEXT),
    "systems": Name(Kind.CHOICES, ("sap", "crm")),
    "decision": Name(Kind.DATE),
    "renewal": Name(Kind.DATE),
    "days_until_decision": Name(Kind.NUMBER),
}
LABELS = {"saas": "SaaS", "bank": "Bank", "retail": "Retail"}
MEANINGS = {
    "employees": Meaning("Employees", after=" people"),
    "budget": Meaning("Budget", before="EUR "),
    "share": Meaning("Share", after=" %"),
    "has_pain": Meaning("Has the pain"),
    "is_customer": Meaning("Is a customer"),
    "industry": Meaning("Industry", LABELS),
    "segment": Meaning("Segment", LABELS),
    "systems": Meaning("Systems", {"sap": "SAP", "crm": "CRM"}),
    "decision": Meaning("Decision date"),
    "renewal": Meaning("Renewal"),
    "days_until_decision": Meaning("Time until Decision date", after=" days"),
}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            'employees >= 200 and industry in ["saas", "bank"]',
            "Employees is at least 200 people and Industry is SaaS or Bank",
        ),
        ("employees < 200", "Employees is less than 200 people"),
        ("200 < employees", "Employees is more than 200 people"),
        ("not employees > 200", "Employees is at most 200 people"),
        ("budget == 12000.50", "Budget is EUR 12,000.5"),
        ("share != 12.5", "Share is not 12.5 %"),
        ("share > -5", "Share is more than −5 %"),
        ("has_pain", "Has the pain"),
        ("not has_pain", "Has the pain is not so"),
        ("not not has_pain", "Has the pain"),
        ("has_pain == false", "Has the pain is not so"),
        ("true != has_pain", "Has the pain is not so"),
        ("true", "Always"),
        ("not true", "Never"),
        ("has_pain == is_customer", "Both or neither hold: (Has the pain) and (Is a customer)"),
        ("not has_pain == is_customer", "Exactly one of these holds: (Has the pain) and (Is a customer)"),
        ('decision <= d"2026-03-01"', "Decision date is on or before 1 March 2026"),
        ("decision > renewal", "Decision date is after Renewal"),
        ("days_until_decision <= 90", "Time until Decision date is at most 90 days"),
        ('industry == "saas"', "Industry is SaaS"),
        ("industry != segment", "Industry is not Segment"),
        ('city == "Köln"', "City is “Köln”"),
        ('industry in ["saas"]', "Industry is SaaS"),
        ('industry in ["saas", "bank", segment]', "Industry is SaaS, Bank or Segment"),
        ('industry not in ["saas"]', "Industry is not SaaS"),
        ('industry not in ["saas", "bank"]', "Industry is neither SaaS nor Bank"),
        ('industry not in ["saas", "bank", "retail"]', "Industry is none of SaaS, Bank and Retail"),
        ('industry in ["saas", "bank"] and has_pain', "Industry is SaaS or Bank, and Has the pain"),
        ('"sap" in systems', "Systems includes SAP"),
        ('not "sap" in systems', "Systems does not include SAP"),
        ("industry in systems", "Systems includes Industry"),
    ],
)
def test_a_rule_is_said_as_a_manager_would(rule, sentence):
    assert say(rule, KNOWN, MEANINGS) == sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "has_pain and employees > 5 or is_customer",
            "(Has the pain and Employees is more than 5 people) or Is a customer",
        ),
        (
            "has_pain and (employees > 5 or is_customer)",
            "Has the pain and (Employees is more than 5 people or Is a customer)",
        ),
        ("has_pain or is_customer or share > 1", "Has the pain or Is a customer or Share is more than 1 %"),
        ("not (has_pain or is_customer)", "It is not so that (Has the pain or Is a customer)"),
        (
            "not (has_pain or is_customer) and share > 1",
            "(it is not so that (Has the pain or Is a customer)) and Share is more than 1 %",
        ),
        (
            "(has_pain or is_customer) == true and share > 1",
            "(Has the pain or Is a customer) and Share is more than 1 %",
        ),
        (
            "(has_pain == is_customer) and share > 1",
            "(both or neither hold: (Has the pain) and (Is a customer)) and Share is more than 1 %",
        ),
        ("has_pain ? share > 1 : is_customer", "If Has the pain, then Share is more than 1 %, otherwise Is a customer"),
        ("budget / employees * 2 > 5", "Budget ÷ Employees × 2 is more than 5"),
        ("budget / (employees * 2) > 5", "Budget ÷ (Employees × 2) is more than 5"),
        ("budget - (employees - 2) > 5", "Budget − (Employees − 2) is more than 5"),
        ("(budget + share) * 2 > 5", "(Budget + Share) × 2 is more than 5"),
        ("-(budget + share) > 5", "−(Budget + Share) is more than 5"),
        ("budget > min(share, 5)", "Budget is more than (the smaller of Share and 5)"),
        ("max(share, budget, 5) > 9", "The largest of Share, Budget and 5 is more than 9"),
        ("round(budget / 3) > 5", "(Budget ÷ 3) rounded is more than 5"),
        ("round(budget, 1) > 5", "Budget rounded to 1 decimal is more than 5"),
        ("(has_pain ? budget : share) > 5", "(Budget if Has the pain, otherwise Share) is more than 5"),
    ],
)
def test_what_belongs_together_stays_together(rule, sentence):
    assert say(rule, KNOWN, MEANINGS) == sentence


def test_a_formula_is_said_as_what_it_gives():
    sentence = "Budget × 46 if Systems includes SAP, otherwise 10 if Has the pain, otherwise 0"
    assert say('"sap" in systems ? budget * 46 : has_pain ? 10 : 0', KNOWN, MEANINGS, wants=Kind.NUMBER) == sentence


def test_a_label_keeps_its_own_capitals():
    assert say("share > 1", KNOWN, {"share": Meaning("eShare")}) == "eShare is more than 1"


def test_what_cannot_be_compiled_is_refused_with_the_same_message():
    with pytest.raises(RuleError, match=r"There is no `emploees`; did you mean `employees`\?"):
        say("emploees > 3", KNOWN, MEANINGS)


LABELLED = {key: Meaning(f"The {key}s of it", {code: code.upper() for code in ("bank",)}) for key in NAMES}


@settings(max_examples=300)
@given(conditions(3))
def test_every_condition_is_said_with_the_labels_of_all_it_reads(rule):
    _said_with_its_labels(rule, Kind.YES_NO)


@settings(max_examples=100)
@given(numbers(3))
def test_every_formula_is_said_with_the_labels_of_all_it_reads(rule):
    _said_with_its_labels(rule, Kind.NUMBER)


def _said_with_its_labels(rule, wants):
    try:
        compiled = compile_rule(rule, NAMES, wants=wants)
    except RuleError:
        return
    sentence = say(rule, NAMES, LABELLED, wants=wants)
    assert [key for key in compiled.reads if LABELLED[key].label not in sentence] == []
    assert sentence.count("(") == sentence.count(")")


# --- Mending -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "mended"),
    [
        ("emploees >= 3", "employees >= 3"),
        ("has_pain and emploees >= 3", "has_pain and employees >= 3"),
        ('industry == "saass"', 'industry == "saas"'),
        ('industry in ["bank", "saass"]', 'industry in ["bank", "saas"]'),
        ("employees = 3", "employees == 3"),
        ("employees ≥ 3", "employees >= 3"),
        ("has_pain&&is_customer", "has_pain and is_customer"),
        ("has_pain AND is_customer", "has_pain and is_customer"),
        ("industry == “saas”", 'industry == "saas"'),
    ],
)
def test_a_suggestion_can_be_put_in(rule, mended):
    with pytest.raises(RuleError) as caught:
        compile_rule(rule, KNOWN)
    found = correction(rule, caught.value)
    assert found is not None
    assert found.applied_to(rule) == mended
    assert compile_rule(mended, KNOWN).reads


@pytest.mark.parametrize("rule", ["employees >=", "employees", "has_pain has_pain", 'city == "', "qqqqqqq > 3"])
def test_without_a_suggestion_there_is_nothing_to_put_in(rule):
    with pytest.raises(RuleError) as caught:
        compile_rule(rule, KNOWN)
    assert correction(rule, caught.value) is None


@given(TOKEN_SALAD)
def test_every_mistake_has_a_place_within_the_rule(rule):
    error = _refusal(rule)
    found = correction(rule, error) if error else None
    assert found is None or rule[found.position : found.position + found.length] != found.text
    length = length_at(rule, error.position) if error else 0
    assert length == 0 or error.position + length <= len(rule)


def _refusal(rule):
    try:
        compile_rule(rule, NAMES)
    except RuleError as error:
        return error
    return None


# --- Keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "taken", "key"),
    [
        ("Company size", (), "company_size"),
        ("Company size", ("company_size",), "company_size_2"),
        ("Company size", ("company_size", "company_size_2"), "company_size_3"),
        ("  Größe (€)  ", (), "grosse"),
        ("3 years", (), "thing_3_years"),
        ("In", (), "thing_in"),
        ("Days until renewal", (), "thing_days_until_renewal"),
        ("規模", (), "thing"),
        ("x" * 80, ("x" * 63,), "x" * 61 + "_2"),
    ],
)
def test_a_key_is_made_of_the_label(label, taken, key):
    assert key_from(label, taken, noun="thing") == key
    assert is_key(key)

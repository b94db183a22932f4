"""What a rule gives, known or not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from leads.domain.rules import RESERVED, Kind, Name, Reason, Unknown, compile_rule, is_key

NAMES = {
    "p": Name(Kind.YES_NO),
    "q": Name(Kind.YES_NO),
    "budget": Name(Kind.NUMBER),
    "seats": Name(Kind.NUMBER),
    "industry": Name(Kind.TEXT),
    "segment": Name(Kind.TEXT),
    "due": Name(Kind.DATE),
    "vendors": Name(Kind.CHOICES),
}
P = Unknown(Reason.NOT_ASKED, ("p",))
Q = Unknown(Reason.STALE, ("q",))
BOTH = Unknown(Reason.NOT_ASKED, ("p", "q"))


def evaluate(text, **facts):
    return compile_rule(text, NAMES, wants=None).evaluate(facts)


def not_computable(*names):
    return Unknown(Reason.NOT_COMPUTABLE, names)


@pytest.mark.parametrize(
    ("p", "q", "conjunction", "disjunction"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, Q, Q, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, Q, False, Q),
        (P, True, P, True),
        (P, False, False, P),
        (P, Q, BOTH, BOTH),
    ],
)
def test_and_and_or_are_three_valued(p, q, conjunction, disjunction):
    assert evaluate("p and q", p=p, q=q) == conjunction
    assert evaluate("p or q", p=p, q=q) == disjunction


def test_a_long_chain_joins_all_that_is_unknown():
    assert evaluate("p and q and budget > 1 and p", q=True) == Unknown(Reason.NOT_ASKED, ("p", "budget"))
    assert evaluate("p and q and budget > 1 and p", budget=Decimal(1)) is False
    assert evaluate("p or q or budget > 1", budget=Decimal(2)) is True


@pytest.mark.parametrize(("p", "expected"), [(True, False), (False, True), (P, P)])
def test_not_turns_around_only_what_is_known(p, expected):
    assert evaluate("not p", p=p) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p ? 1 : 2", P),
        ("p ? 1 : 1", Decimal(1)),
        ("p ? true : q", True),
        ("p ? false : q", P),
        ("p ? q : seats > 1", Unknown(Reason.NOT_ASKED, ("p", "seats"))),
        ("q ? 1 : 2", Decimal(1)),
        ("not q ? 1 : 2", Decimal(2)),
    ],
)
def test_an_unknown_choice_gives_what_both_branches_agree_on(text, expected):
    assert evaluate(text, q=True) == expected


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ('industry in ["bank", "retail"]', {"industry": "bank"}, True),
        ('industry in ["bank", "retail"]', {"industry": "farm"}, False),
        ('industry in ["bank", "retail"]', {}, Unknown(Reason.NOT_ASKED, ("industry",))),
        ('industry in ["bank", segment]', {"industry": "bank"}, True),
        ('industry in ["bank", segment]', {"industry": "farm"}, Unknown(Reason.NOT_ASKED, ("segment",))),
        ('industry in ["bank", segment]', {"industry": "farm", "segment": "farm"}, True),
        ('industry not in ["bank"]', {"industry": "farm"}, True),
        ('"sap" in vendors', {"vendors": frozenset({"sap"})}, True),
        ('"sap" in vendors', {"vendors": frozenset()}, False),
        ('"sap" not in vendors', {}, Unknown(Reason.NOT_ASKED, ("vendors",))),
        ("industry in vendors", {}, Unknown(Reason.NOT_ASKED, ("industry", "vendors"))),
        ("budget in [1, -2.50]", {"budget": Decimal("-2.5")}, True),
        ('due in [d"2026-03-01"]', {"due": date(2026, 3, 1)}, True),
        ("1 in [budget, seats]", {"seats": Decimal(1)}, True),
        ("1 in [budget, seats]", {"seats": Decimal(2)}, Unknown(Reason.NOT_ASKED, ("budget",))),
        ("p in [true]", {"p": False}, False),
        ("p == q", {"p": True, "q": True}, True),
        ("p != q", {"p": True}, Unknown(Reason.NOT_ASKED, ("q",))),
        ('due <= d"2026-03-01"', {"due": date(2026, 3, 1)}, True),
        ("industry == industry", {}, Unknown(Reason.NOT_ASKED, ("industry",))),
        ("not p and q", {"p": False, "q": True}, True),
        ("not budget == 3", {"budget": Decimal(4)}, True),
        ("budget == 3 or p and q", {"budget": Decimal(3)}, True),
        ("p ? false : q ? false : true", {"p": False, "q": False}, True),
    ],
)
def test_conditions(text, facts, expected):
    assert evaluate(text, **facts) == expected


def test_a_bank_qualifies_whatever_its_budget():
    assert evaluate('budget > 10000 or industry == "bank"', industry="bank") is True


@pytest.mark.parametrize("escaped", [r'"say \"hi\" \\ it\'s"', r"'say \"hi\" \\ it\'s'"])
def test_a_text_may_contain_quotes_and_backslashes(escaped):
    assert evaluate(f"industry == {escaped}", industry='say "hi" \\ it\'s') is True


def test_a_text_may_contain_anything_visible():
    assert evaluate('industry == "Köln 東京 #{}$ 🏦"', industry="Köln 東京 #{}$ 🏦") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("budget / seats", not_computable("budget", "seats")),
        ("budget * 1000000000000000", not_computable("budget")),
        ("budget / seats > 1 or budget > 1", True),
        ("1 / 0", not_computable()),
        ("max(budget, 1) / 3", Decimal("33333.3333333333")),
        ("budget / 3 * 3 == budget", True),
        ("0.1 + 0.2", Decimal("0.3")),
        ("-budget", Decimal(-100000)),
        ("budget - - seats", Decimal(100000)),
        ("min(3, 1, 2) + max(1, 5)", Decimal(6)),
        ("2 + 3 * 4 - 6 / 2", Decimal(11)),
        ("round(2.5)", Decimal(2)),
        ("round(3.5)", Decimal(4)),
        ("round(1.25, 1)", Decimal("1.2")),
        ("round(10 / 3 * 3 - 8.5)", Decimal(2)),
    ],
)
def test_numbers(text, expected):
    assert evaluate(text, budget=Decimal(100000), seats=Decimal(0)) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("budget + 0", "1000"),
        ("budget / 8", "125"),
        ("budget / 3", "333.3333333333"),
        ("0 * -budget", "0"),
        ("2.50", "2.5"),
    ],
)
def test_a_number_is_written_plainly(text, written):
    assert str(evaluate(text, budget=Decimal("1.0E3"))) == written


@pytest.mark.parametrize("reason", list(Reason))
def test_arithmetic_keeps_why_an_operand_is_unknown(reason):
    value = evaluate("budget * 2 + seats", budget=Unknown(reason), seats=Unknown(Reason.STALE))

    assert value == Unknown(reason, ("budget", "seats"))


def test_an_unknown_that_names_others_keeps_them():
    derived = Unknown(Reason.STALE, ("hours",))

    assert evaluate("budget > 1 and seats > 1", budget=derived) == Unknown(Reason.STALE, ("hours", "seats"))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("budget > 1", "many"),
        ("budget > 1", 5),
        ("budget > 1", True),
        ("budget > 1", Decimal("NaN")),
        ("budget > 1", Decimal("sNaN")),
        ("budget > 1", Decimal("Infinity")),
        ("p", Decimal(1)),
        ('industry == "a"', True),
        ('due > d"2026-01-01"', datetime(2026, 1, 1, tzinfo=UTC)),
        ('due > d"2026-01-01"', "2026-01-01"),
        ('"a" in vendors', ["a"]),
        ('"a" in vendors', "abc"),
    ],
)
def test_a_fact_of_another_kind_is_not_computable(text, wrong):
    name = text.split()[-1] if "in" in text.split() else text.split()[0]

    assert evaluate(text, **{name: wrong}) == not_computable(name)


def test_subclasses_count_as_their_kind():
    class Industry(StrEnum):
        BANK = "bank"

    assert evaluate('industry == "bank"', industry=Industry.BANK) is True
    assert evaluate('industry in ["bank"]', industry=Industry.BANK) is True


def test_a_rule_knows_its_text_kind_and_names():
    rule = compile_rule("seats > 1 and (budget > seats or p)", NAMES)

    assert (rule.text, rule.kind) == ("seats > 1 and (budget > seats or p)", Kind.YES_NO)
    assert rule.reads == ("seats", "budget", "p")
    assert rule.function({"seats": Decimal(0)}) is False


def test_an_unknown_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(P)


@pytest.mark.parametrize("key", ["a", "team_size", "x1", "a" * 63])
def test_a_key_is_lower_case(key):
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "A", "1a", "_a", "a-b", "a b", "é", "a" * 64, "a\n", *sorted(RESERVED)])
def test_other_words_are_no_keys(key):
    assert not is_key(key)

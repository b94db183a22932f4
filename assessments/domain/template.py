"""What an assessment template consists of: what to ask, and what the answers mean."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from leads.domain.qualification import Decision
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec

URGENCY_BEFORE = "urgency_before"
URGENCY_AFTER = "urgency_after"
NURTURE_DAYS = 90
TEST_DAY = date(2026, 1, 1)
"""The day on which a test case runs that names none, so that it gives the same result every day."""


class Dimension(StrEnum):
    """The five sections of an assessment, in their order."""

    PROBLEM = "problem"
    CAUSE = "cause"
    COST = "cost"
    URGENCY = "urgency"
    FIT = "fit"


class QuestionType(StrEnum):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SCALE = "scale"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    DATE = "date"
    YES_NO = "yes_no"
    TEXT = "text"


class Outlook(StrEnum):
    """What the stall risks say of the sale."""

    CLEAR = "clear"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


class Advice(StrEnum):
    """What the verdict recommends; it never moves a lead by itself."""

    ADVANCE = "advance"
    KEEP_DIAGNOSING = "keep_diagnosing"
    NURTURE = "nurture"
    DISQUALIFY = "disqualify"


@dataclass(frozen=True, slots=True)
class OptionSpec:
    code: str
    label: str
    points: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """One question.

    `if_hidden` is the stored value that rules read while it is hidden. `attribute` is the key of what its
    answer is evidence for. Points belong to options, to yes and no, or (`scored`) to a scale's own value.
    `wording_override` is why the text stays although its wording was faulted.
    """

    key: str
    text: str
    type: QuestionType
    why_we_ask: str = ""
    listen_for: str = ""
    show_when: str = ""
    if_hidden: Any = None
    required: bool = False
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    options: tuple[OptionSpec, ...] = ()
    points_yes: Decimal | None = None
    points_no: Decimal | None = None
    scored: bool = False
    attribute: str = ""
    for_prospect: bool = False
    wording_override: str = ""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    dimension: Dimension
    title: str
    questions: tuple[QuestionSpec, ...]
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class FormulaBand:
    """What the value of a formula is called from `least` on, up to the next band."""

    label: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class FormulaSpec:
    """A named calculation. A cost item is an amount of money lost each year; `benchmark` is only shown.

    `bands` rise; a value below the first has none.
    """

    key: str
    label: str
    rule: str
    unit: str = ""
    cost_item: bool = False
    benchmark: str = ""
    bands: tuple[FormulaBand, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class VerdictSpec:
    """The three answers, each a Kleene "and" of its conditions; `act_from` is a yearly amount."""

    act_from: Decimal
    good_problem: tuple[ConditionSpec, ...]
    will_act: tuple[ConditionSpec, ...]
    justifies: tuple[ConditionSpec, ...]


ANSWERS = ("good_problem", "will_act", "justifies")

GOOD_PROBLEM = (
    ConditionSpec("The problem is severe enough", "problem_score >= 50"),
    ConditionSpec("The cause is proven enough", "cause_score >= 50"),
    ConditionSpec("We can remove this cause", "fit_score >= 60"),
)
WILL_ACT = (
    ConditionSpec("It is urgent enough", "urgency_score >= 60"),
    ConditionSpec("The problem costs enough to act", "problem_cost >= act_from"),
    ConditionSpec("The prospect confirmed the cost", "cost_confirmed"),
)
JUSTIFIES = (
    ConditionSpec(
        "What can be recovered is worth the price",
        "problem_cost * recoverable_share / 100 >= required_return * offer_price",
    ),
)


def default_verdict(act_from: Decimal) -> VerdictSpec:
    """Return the usual conditions; they read a yes/no question `cost_confirmed`."""
    return VerdictSpec(act_from, GOOD_PROBLEM, WILL_ACT, JUSTIFIES)


@dataclass(frozen=True, slots=True)
class OfferSpec:
    """What the cost is held against: the first year's price, the percentage of the cost that can be
    recovered (70 is 70 %), and how many times the price that must be."""

    name: str
    price: Decimal | Range
    recoverable_share: Decimal | Range
    required_return: Decimal


@dataclass(frozen=True, slots=True)
class StallRiskSpec:
    """What may bog the sale down or lose it; its rule is true while the risk is present."""

    key: str
    label: str
    rule: str
    blocking: bool = False
    what_to_do: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test case expects. `cost` has those of low, likely and high that it names; an open high is None.

    `figures` has what formulas must come to, by key; None for one that is not known.
    """

    good_problem: Decision | None = None
    will_act: Decision | None = None
    justifies: Decision | None = None
    outlook: Outlook | None = None
    advice: Advice | None = None
    cost: tuple[tuple[str, Decimal | None], ...] = ()
    figures: tuple[tuple[str, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class TestCase:
    """Stored answers by question and stored facts by attribute, with what must come of them."""

    __test__ = False

    name: str
    answers: tuple[tuple[str, Any], ...]
    facts: tuple[tuple[str, Any], ...]
    expected: Expected
    on: date | None = None


@dataclass(frozen=True, slots=True)
class TemplateDocument:
    """`propose_when` is a condition on what is known of a lead, empty if the template suits all of them.

    `currency` is that of its amounts, such as EUR; empty in a document that was written before it was kept.
    """

    key: str
    name: str
    offer: OfferSpec
    sections: tuple[SectionSpec, ...]
    urgency_question: str
    formulas: tuple[FormulaSpec, ...]
    verdict: VerdictSpec
    attributes: tuple[AttributeSpec, ...] = ()
    stall_risks: tuple[StallRiskSpec, ...] = ()
    nurture_days: int = NURTURE_DAYS
    test_cases: tuple[TestCase, ...] = ()
    language: str = "en"
    propose_when: str = ""
    currency: str = ""

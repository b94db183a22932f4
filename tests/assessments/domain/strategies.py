"""Random templates that can be published, and what can be known of a lead."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from assessments.domain.plan import compile_template
from assessments.domain.questions import bounds
from assessments.domain.template import (
    ANSWERS,
    ConditionSpec,
    Dimension,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    StallRiskSpec,
    VerdictSpec,
)
from leads.domain.documents import DocumentRefused
from leads.domain.rules import Range
from leads.domain.values import encode
from tests.assessments.domain.templates import NOT_KNOWN, attribute, section, template

NEVER_ASKED = "can never be true, so the question is never asked"
CODES = ("a", "b", "c")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
# The first four are never asked for. Each of the others is, by one question at most.
ATTRIBUTES = (
    attribute("seats"),
    attribute("sector", "choice", codes=CODES),
    attribute("signed", "yes_no"),
    attribute("due", "date"),
    attribute("staff"),
    attribute("segment", "choice", codes=CODES),
)
UNASKED = ("seats", "sector", "signed", "due")
ANSWERED_BY = {QuestionType.NUMBER: "staff", QuestionType.SINGLE_CHOICE: "segment"}
NUMBERS = (QuestionType.NUMBER, QuestionType.SCALE, QuestionType.DURATION)
KINDS = (*NUMBERS, *(QuestionType(kind) for kind in ("single_choice", "multiple_choice", "yes_no", "date", "text")))
POINTS = st.integers(-5, 5).map(Decimal)
DAYS = st.dates(FIRST, LAST)


class Vocabulary:
    """What rules may read so far."""

    def __init__(self):
        self.numbers = ["seats", "days_until_due"]
        self.choices = ["sector"]
        self.several = []
        self.flags = ["signed"]

    def learn_figures(self):
        self.numbers += [f"{dimension.value}_score" for dimension in Dimension]
        self.numbers += ["problem_cost", "act_from", "offer_price", "recoverable_share"]

    def learn(self, spec):
        if spec.type in NUMBERS:
            self.numbers.append(spec.key)
        elif spec.type == QuestionType.DATE:
            self.numbers.append(f"days_since_{spec.key}")
        elif spec.type == QuestionType.SINGLE_CHOICE:
            self.choices.append(spec.key)
        elif spec.type == QuestionType.MULTIPLE_CHOICE:
            self.several.append(spec.key)
        elif spec.type == QuestionType.YES_NO:
            self.flags.append(spec.key)
        if spec.attribute:
            (self.numbers if spec.attribute == "staff" else self.choices).append(spec.attribute)

    def condition(self, draw, depth=2):
        how = draw(st.sampled_from(["number", "number", "two", "choice", "several", "flag", "join", "join", "not"]))
        pick = lambda names: draw(st.sampled_from(names[::-1]))  # noqa: E731 - latest first
        if how == "join" and depth:
            word = pick(["and", "or"])
            return f"({self.condition(draw, depth - 1)} {word} {self.condition(draw, depth - 1)})"
        if how == "not" and depth:
            return f"not ({self.condition(draw, depth - 1)})"
        if how == "two":
            return f"{pick(self.numbers)} {pick(['<', '>='])} {pick(self.numbers)}"
        if how == "choice":
            return f'{pick(self.choices)} {pick(["==", "!="])} "{pick(CODES)}"'
        if how == "several" and self.several:
            return f'"{pick(CODES)}" in {pick(self.several)}'
        if how == "flag":
            return pick(self.flags)
        return f"{pick(self.numbers)} {pick(['<', '<=', '>', '>=', '!='])} {draw(st.integers(1, 9))}"

    def formula(self, draw):
        one, other = (draw(st.sampled_from(self.numbers)) for _ in range(2))
        shape = draw(st.sampled_from(["{} * {}", "{} - {}", "{} / {}", "max({}, {}) * 52", "{} > 3 ? {} : 7"]))
        return shape.format(one, other)


@st.composite
def questions(draw, key, known, free):
    kind = draw(st.sampled_from(KINDS))
    spec = QuestionSpec(key, f"{key}?", kind, required=draw(st.booleans()))
    if kind in (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE):
        spec = replace(spec, options=tuple(OptionSpec(code, code, draw(POINTS)) for code in CODES))
    if kind == QuestionType.YES_NO and draw(st.booleans()):
        spec = replace(spec, points_yes=draw(POINTS), points_no=draw(POINTS))
    if kind == QuestionType.SCALE:
        spec = replace(spec, scored=True)
    elif kind in NUMBERS and draw(st.booleans()):
        spec = replace(spec, minimum=Decimal(0), maximum=Decimal(20))
    if ANSWERED_BY.get(kind) in free and draw(st.booleans()):
        spec = replace(spec, attribute=ANSWERED_BY[kind])
        free.remove(ANSWERED_BY[kind])
    if draw(st.booleans()):
        hidden = encode(draw(values(spec)))
        spec = replace(spec, show_when=known.condition(draw), if_hidden=hidden)
    return spec


@st.composite
def documents(draw):
    known, free, sections = Vocabulary(), {"staff", "segment"}, []
    for dimension in Dimension:
        asked = []
        for index in range(draw(st.integers(1, 3))):
            asked.append(draw(questions(f"{dimension.value}_{index}", known, free)))
            known.learn(asked[-1])
        always = QuestionSpec(f"{dimension.value}_scale", "How much?", QuestionType.SCALE, scored=True)
        sections.append(section(dimension.value, *asked, always))
        known.learn(always)
    formulas = []
    for index in range(draw(st.integers(1, 4))):
        formulas.append(FormulaSpec(f"f{index}", "F", known.formula(draw), cost_item=not index or draw(st.booleans())))
        known.numbers.append(f"f{index}")
    known.learn_figures()
    risks = [
        StallRiskSpec(f"r{index}", "R", known.condition(draw), draw(st.booleans()))
        for index in range(draw(st.integers(0, 3)))
    ]
    answers = {
        answer: tuple(ConditionSpec("C", known.condition(draw)) for _ in range(draw(st.integers(1, 2))))
        for answer in ANSWERS
    }
    document = template(
        attributes=ATTRIBUTES,
        formulas=tuple(formulas),
        verdict=VerdictSpec(Decimal(draw(st.integers(0, 50))), **answers),
        stall_risks=tuple(risks),
        offer=OfferSpec("O", draw(ranges(0, 100)), draw(ranges(0, 100)), Decimal(2)),
    )
    return replace(document, sections=tuple(sections))


@st.composite
def plans(draw):
    try:
        return compile_template(draw(documents()))
    except DocumentRefused as refused:
        # Rules at random may contradict themselves; nothing else is wrong with these templates.
        if {problem.message for problem in refused.problems} != {NEVER_ASKED}:
            raise
        assume(False)


# --- What is known -------------------------------------------------------------------------------


@st.composite
def ranges(draw, low, high):
    ends = sorted(draw(st.lists(st.integers(low, high), min_size=3, max_size=3)))
    return Decimal(ends[0]) if ends[0] == ends[2] else Range(*map(Decimal, ends))


def values(spec):
    """Any legal answer to a question."""
    if spec.type == QuestionType.SINGLE_CHOICE:
        return st.sampled_from([option.code for option in spec.options])
    if spec.type == QuestionType.MULTIPLE_CHOICE:
        return st.frozensets(st.sampled_from([option.code for option in spec.options]))
    if spec.type == QuestionType.YES_NO:
        return st.booleans()
    if spec.type == QuestionType.DATE:
        return DAYS
    if spec.type == QuestionType.TEXT:
        return st.just("So it is.")
    low, high = bounds(spec)
    least, most = -20 if low is None else int(low), 20 if high is None else int(high)
    return st.integers(least, most).map(Decimal) | ranges(least, most)


@st.composite
def answers_to(draw, plan):
    """Answers to some of the questions, whether they are asked or not."""
    answers = {}
    for key, question in plan.questions.items():
        how = draw(st.integers(0, 9))  # 8: somebody does not know; 9: not asked
        if how < 9:
            answers[key] = NOT_KNOWN if how == 8 else draw(values(question.spec))
    return answers


FACTS = {
    "seats": st.integers(0, 20).map(Decimal) | ranges(0, 20),
    "sector": st.sampled_from(CODES),
    "signed": st.booleans(),
    "due": DAYS,
    "staff": st.integers(0, 20).map(Decimal),
    "segment": st.sampled_from(CODES),
}


@st.composite
def facts(draw, keys=tuple(FACTS)):
    return {key: draw(FACTS[key]) if how < 7 else NOT_KNOWN for key in keys if (how := draw(st.integers(0, 8))) < 8}


@st.composite
def less_known(draw, known):
    """The same, of which some is not known any more, or only within a wider range of legal values."""
    less = {}
    for key, value in known.items():
        how = draw(st.sampled_from(["same", "same", "same", "gone", "wider"]))
        if how == "wider" and isinstance(value, Decimal | Range):
            low, likely, high = (value.low, value.likely, value.high) if isinstance(value, Range) else (value,) * 3
            down, up = draw(st.integers(0, 5)), draw(st.integers(0, 5))
            # A scale ends at 0 and 10.
            low = low - down if low - down >= 0 or low < 0 else Decimal(0)
            high = high + up if high + up <= 10 or high > 10 else Decimal(10)
            less[key] = value if low == high else Range(min(low, likely), likely, max(high, likely))
        elif how != "gone":
            less[key] = value
    return less

"""Where a diagnosis stands, in words: its answers, what they score and cost, and the verdict with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from assessments.domain.answers import decode_answers
from assessments.domain.asking import would_change_most
from assessments.domain.bands import band_of
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.reasons import FormulaResult, formula_results, missing
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE, Advice, Outlook
from assessments.domain.verdict import ConditionResult, RiskResult
from assessments.domain.wording import label_of, spec_of
from assessments.models import Diagnosis, VerdictCondition
from leads.admin.explained import HOLDS
from leads.admin.reading import Badge, Lines, Table, author, moment, points, span
from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.rules.check import names_in
from leads.domain.rules.tokens import scan
from leads.domain.values import AttributeSpec, ValueType, display, plain
from leads.domain.wording import UNKNOWN, shown, shown_stored

STANDINGS = {
    Standing.ANSWERED: ("Answered", "yes"),
    Standing.DOES_NOT_KNOW: ("Does not know", "unknown"),
    Standing.OPEN: ("To be asked", "mql"),
    Standing.HIDDEN: ("Not asked: earlier answers make it pointless", ""),
    Standing.UNDECIDED: ("Not asked yet: depends on what is unknown", ""),
}
ADVICE = {Advice.ADVANCE: "yes", Advice.KEEP_DIAGNOSING: "mql", Advice.NURTURE: "nurture", Advice.DISQUALIFY: "no"}
OUTLOOK = {Outlook.CLEAR: "yes", Outlook.AT_RISK: "unknown", Outlook.UNKNOWN: "unknown", Outlook.BLOCKED: "no"}
PRESENT = {
    Decision.YES: Badge("There", "no"),
    Decision.NO: Badge("Not there", "yes"),
    Decision.UNKNOWN: Badge("Not known yet", "unknown"),
}
ZERO = Decimal(0)
AMOUNTS = frozenset({"problem_cost", "act_from", "offer_price"})
MONEY = AttributeSpec("amount", "Amount", ValueType.MONEY)


def advice_badge(diagnosis: Diagnosis) -> Badge:
    return Badge(diagnosis.get_advice_display(), ADVICE[Advice(diagnosis.advice)])


def outlook_badge(diagnosis: Diagnosis) -> Badge:
    return Badge(diagnosis.get_outlook_display(), OUTLOOK[Outlook(diagnosis.outlook)])


def money(amount: Decimal, currency: str) -> str:
    return display(MONEY, amount, currency)


def explained(diagnosis: Diagnosis, plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Iterator[Table]:
    """Yield the tables of a diagnosis, the verdict first."""
    yield verdict_table(plan, evaluation, currency)
    if diagnosis.completed_at is None:
        yield next_table(plan, evaluation)
    yield risks_table(plan, evaluation)
    yield scores_table(plan, evaluation, currency)
    yield cost_table(plan, evaluation, currency)
    yield _answers(diagnosis, plan, evaluation, currency)
    yield _history(diagnosis, plan, currency)


def verdict_table(plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Table:
    """Return the three answers with their reasons, each with what its rule reads and what that is now."""
    rows: list[tuple[object, ...]] = []
    for answer in VerdictCondition.Answer:
        found = getattr(evaluation.verdict, answer.value)
        for index, reason in enumerate(found.reasons):
            head: object = ""
            if index == 0:
                head = Lines(Badge(HOLDS[found.decision], found.decision.value), (answer.label,))
            rows.append(
                (
                    head,
                    Lines(reason.condition.label, (reason.condition.text, *_read(plan, evaluation, reason, currency))),
                    Badge(HOLDS[reason.decision], reason.decision.value),
                    _open(plan, evaluation, reason),
                )
            )
    return Table("The verdict", ("Answer", "Reason", "Holds", "Open"), rows)


def _read(plan: TemplatePlan, evaluation: Evaluation, result: ConditionResult, currency: str) -> list[str]:
    """Return the names that a condition reads, in words, with their values."""
    said = []
    for name in names_in(scan(result.condition.text)):
        value = evaluation.facts.get(name, Unknown(Reason.NOT_ASKED, (name,)))
        spec = spec_of(plan, name)
        if name in AMOUNTS:
            spec = replace(spec, type=ValueType.MONEY)
        if isinstance(value, Range) and not value.high.is_finite():
            likely, low = (shown(spec, end, currency) for end in (value.likely, value.low))
            said.append(f"{label_of(plan, name)} {likely} ({low} … open)")
        else:
            said.append(f"{label_of(plan, name)} {shown(spec, value, currency)}")
    return said


def _open(plan: TemplatePlan, evaluation: Evaluation, result: ConditionResult) -> object:
    """Return what keeps a condition open, with why."""
    if result.decision is not Decision.UNKNOWN:
        return "–"
    found = [f"{label_of(plan, name)} {UNKNOWN[reason]}." for name, reason in missing(plan, evaluation, result)]
    return Lines(found[0], found[1:]) if found else "–"


def next_table(plan: TemplatePlan, evaluation: Evaluation) -> Table:
    found = would_change_most(plan, evaluation)
    rows = []
    if found is not None:
        text: object = found.question.spec.text
        if found.reason is Reason.NOT_COMPUTABLE:
            text = Lines(text, ["Its range is too wide to decide."])
        rows.append((text, f"{len(found.undecided)}", points(found.points)))
    headers = ("Question", "Undecided reasons and risks", "Points at stake")
    return Table("What would change most", headers, rows, "No question would change anything.")


def risks_table(plan: TemplatePlan, evaluation: Evaluation) -> Table:
    return Table(
        "Stall risks",
        ("Risk", "Is it there", "What to do", "Open"),
        [_risk(plan, evaluation, result) for result in evaluation.verdict.risks],
        "The template names none.",
    )


def scores_table(plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Table:
    """Return what the sections score, each with the points of its questions."""
    rows: list[tuple[object, ...]] = []
    for section in plan.sections:
        score = evaluation.scores[section.dimension]
        told = ("–", "nothing scored is answered")
        if score is not None:
            told = (points(score.value), span(score.low, score.high) or "settled")
        gained = [_gained(evaluation, question, currency) for question in section.questions if question.scoring]
        lines = [line for line in (*gained, _still_open(evaluation, section.questions)) if line]
        from_ = Lines(lines[0], lines[1:]) if lines else "No question has points."
        rows.append((section.spec.title, *told, from_))
    note = "Of 100; 100 favours advancing. The score is 100 × (points − least) ÷ (most − least) of what is answered; "
    note += "what is still open may take it down or up."
    return Table("What the sections score", ("Section", "Score", "May become", "From"), rows, note=note)


def _gained(evaluation: Evaluation, question: PlannedQuestion, currency: str) -> str:
    """Return the points of an answered question, of how many; nothing for one without an answer."""
    scoring, fact = question.scoring, evaluation.facts.get(question.key)
    if scoring is None or evaluation.standing[question.key] is not Standing.ANSWERED:
        return ""
    if fact is None or isinstance(fact, Unknown):
        return ""
    extent = f"of {span(scoring.lowest, scoring.highest)}"
    gain, told = scoring.gain(fact), shown(question.value, fact, currency) or "None"
    if isinstance(gain, Range):
        ends = " – ".join(plain(end + scoring.lowest) for end in (gain.low, gain.likely, gain.high))
        return f"{question.spec.text} {told}: {ends} {extent} points"
    if isinstance(gain, Decimal):
        return f"{question.spec.text} {told}: {plain(gain + scoring.lowest)} {extent} points"
    return f"{question.spec.text} {told}: no points"


def _still_open(evaluation: Evaluation, questions: Iterable[PlannedQuestion]) -> str:
    """Return how many questions with points have no answer, and what they may give together."""
    settled = (Standing.ANSWERED, Standing.HIDDEN)
    left = [
        question.scoring
        for question in questions
        if question.scoring is not None and evaluation.standing[question.key] not in settled
    ]
    if not left:
        return ""
    extent = span(sum((scoring.lowest for scoring in left), ZERO), sum((scoring.highest for scoring in left), ZERO))
    return f"{len(left)} question{'' if len(left) == 1 else 's'} without an answer: {extent} points"


def _risk(plan: TemplatePlan, evaluation: Evaluation, result: RiskResult) -> tuple[object, ...]:
    spec = result.risk.spec
    return (
        Lines(spec.label, ("Blocks the sale" if spec.blocking else "To watch",)),
        PRESENT[result.present],
        spec.what_to_do or "–",
        _open(plan, evaluation, result.result),
    )


def cost_table(plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Table:
    cost = evaluation.cost
    high = "open" if cost.high is None else money(cost.high, currency)
    total = money(cost.likely, currency)
    ends = f"{money(cost.low, currency)} … {high}"
    results = formula_results(plan, evaluation)
    rows: list[tuple[object, ...]] = [_formula(plan, result, currency) for result in results]
    rows.append(("Cost of the problem", Lines(total, () if cost.low == cost.high else (ends,)), "All cost items"))
    note = "" if cost.complete else "An item is not known yet: it adds nothing to the least, and opens the most."
    return Table("What the problem costs in a year", ("Figure", "Value", "From"), rows, note=note)


def _formula(plan: TemplatePlan, result: FormulaResult, currency: str) -> tuple[object, ...]:
    spec = result.formula.spec
    called = band_of(spec, result.value)
    about = ["Cost item"] if spec.cost_item else []
    about += [f"Benchmark: {spec.benchmark}"] if spec.benchmark else []
    about += [band] if (band := band_of(spec, result.value)) else []
    read = [f"{label_of(plan, name)} {shown(spec_of(plan, name), value, currency)}" for name, value in result.read]
    return (
        Lines(spec.label, about),
        Lines(shown(spec_of(plan, spec.key), result.value, currency), (called,)),
        Lines(read[0] if read else "–", [*read[1:], spec.rule]),
    )


def _answers(diagnosis: Diagnosis, plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Table:
    titled = [("Asked first", [plan.questions[URGENCY_BEFORE]])]
    titled += [(section.spec.title, list(section.questions)) for section in plan.sections]
    titled += [("Asked last", [plan.questions[URGENCY_AFTER]])]
    given = decode_answers(plan, diagnosis.answers)
    rows = []
    for title, questions in titled:
        for index, question in enumerate(questions):
            answer = _answer(evaluation, question, given.get(question.key), currency)
            rows.append((title if index == 0 else "", *answer))
    return Table("Answers", ("Section", "Question", "Answer", "Standing"), rows)


def _answer(evaluation: Evaluation, question: PlannedQuestion, given: Fact | None, currency: str) -> tuple[object, ...]:
    standing = evaluation.standing[question.key]
    value = "–" if given is None else shown(question.value, given, currency)
    return question.spec.text, value, Badge(*STANDINGS[standing])


def _history(diagnosis: Diagnosis, plan: TemplatePlan, currency: str) -> Table:
    rows = []
    for answer in diagnosis.history.select_related("author__user", "said_by"):
        question = plan.questions.get(answer.question)
        value = shown_stored(question.value, answer.value, currency) if question else "–"
        who = f"said by {answer.said_by}" if answer.said_by else ""
        rows.append(
            (
                Lines(moment(answer.at), (author(answer.author), who)),
                label_of(plan, answer.question),
                Lines(value, (f"“{answer.note}”" if answer.note else "",)),
            )
        )
    return Table("History of answers", ("When", "Question", "Answer"), rows, "Nothing was asked yet.")

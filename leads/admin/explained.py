"""A judgement in words: criterion by criterion, what the levels ask for, and what to ask next."""

from __future__ import annotations

from leads.admin.reading import Badge, Lines, Table, points, span
from leads.domain import explanation
from leads.domain.case_lines import written
from leads.domain.plan import Plan
from leads.domain.qualification import (
    CriterionResult,
    Decision,
    Judgement,
    Outcome,
    next_to_ask,
    requirements,
)
from leads.domain.schema_document import JUDGED, LevelSpec, SchemaDocument
from leads.domain.sentences import sentence
from leads.domain.wording import UNKNOWN, label_of, shown, spec_of
from leads.models import Qualification
from leads.services.judging import plan_of

OUTCOMES = {Outcome.MET: "Met", Outcome.NOT_MET: "Not met", Outcome.UNKNOWN: "Unknown"}
HOLDS = {Decision.YES: "Yes", Decision.NO: "No", Decision.UNKNOWN: "Not known yet"}
POINTS_NOTE = "The points add up to the score. An open criterion counts 0, or the possible points nearest to 0."


def explained(qualification: Qualification, currency: str) -> list[Table]:
    """Return the tables that explain a judgement; its version must be loaded."""
    return in_tables(*kept(qualification), currency)


def kept(qualification: Qualification) -> tuple[Plan, Judgement]:
    """Return a judgement as it was kept, with the plan that made it; its version must be loaded."""
    plan = plan_of(qualification.version_id, qualification.version.checksum)
    return plan, explanation.unpack(plan, qualification.explanation, qualification.order_ready)


def in_tables(plan: Plan, judgement: Judgement, currency: str) -> list[Table]:
    return [
        to_ask(plan, judgement),
        Table(
            "Criterion by criterion",
            ("Criterion", "Outcome", "Points", "Because"),
            [_criterion(plan, judgement, result, currency) for result in judgement.results],
            note=POINTS_NOTE,
        ),
        Table(
            "What the levels ask for",
            ("Level", "Asks for", "Holds"),
            [
                (level.name, text, Badge(HOLDS[holds], holds.value))
                for level in JUDGED
                for text, holds in requirements(plan.document.level(level), judgement.results)
            ],
        ),
    ]


def to_ask(plan: Plan, judgement: Judgement) -> Table:
    rows = []
    for ask in next_to_ask(plan, judgement.results):
        needed = f"Decides {ask.knock_out_for.name}" if ask.knock_out_for else ""
        fills = ", ".join(plan.attributes[key].label for key in ask.attributes)
        rows.append((Lines(ask.criterion.question, (needed,) if needed else ()), fills, span(ask.worst, ask.best)))
    return Table("What to ask next", ("Question", "To learn", "Points"), rows, "Nothing: all is decided.")


def _criterion(plan: Plan, judgement: Judgement, result: CriterionResult, currency: str) -> tuple[object, ...]:
    range_ = span(result.worst, result.best)
    return (
        name_of(plan, result),
        Badge(OUTCOMES[result.outcome], result.outcome.value),
        Lines(points(result.points), (range_,) if range_ else ()),
        because(plan, judgement, result, currency),
    )


def name_of(plan: Plan, result: CriterionResult) -> Lines:
    """Return a criterion's name with its axis and the levels that it is a must for."""
    needed = [level.name for level in JUDGED if result.spec.key in plan.document.level(level).knock_outs]
    about = [result.spec.axis.value.capitalize()] + ([f"must be met for {' and '.join(needed)}"] if needed else [])
    return Lines(result.spec.label, (", ".join(about),))


def because(plan: Plan, judgement: Judgement, result: CriterionResult, currency: str) -> Lines:
    """Return the step that decided, or those that may, with the facts that were read and what is missing."""
    bands = [result.criterion.band(index) for index in result.reached]
    facts = [
        f"{label_of(plan, name)}: {shown(spec_of(plan, name), judgement.facts[name], currency)}"
        for name in result.because
    ]
    missing = [f"{label_of(plan, name)}: {UNKNOWN[reason]}" for name, reason in result.missing]
    said = dict.fromkeys(facts + [line for line in missing if line not in facts])
    return Lines(" or ".join(band.label or band.when for band in bands), tuple(said))


# --- What a version says -------------------------------------------------------------------------


def read_version(document: SchemaDocument, currency: str) -> list[Table]:
    """Return the tables in which a published version can be read, each condition in English too."""
    rows: list[tuple[object, ...]] = []
    for number, criterion in enumerate(document.criteria, start=1):
        needed = [level.name for level in JUDGED if criterion.key in document.level(level).knock_outs]
        more = [criterion.question, criterion.axis.value.capitalize()]
        more += [f"Worded so because {criterion.wording_override}"] if criterion.wording_override else []
        more += [f"Must be met for {' and '.join(needed)}"] if needed else []
        more += [f"Evidence of the last {criterion.freshness_days} days"] if criterion.freshness_days else []
        for index, band in enumerate(criterion.bands):
            head: object = Lines(f"{number}. {criterion.label}", more) if index == 0 else ""
            condition = read_rule(band.when, document, currency)
            rows.append((head, Lines(band.label or "", ()), condition, points(band.points), _met(band.met)))
        rows.append(("", "Otherwise", "", points(criterion.otherwise_points), _met(criterion.otherwise_met)))
    return [
        Table(
            "Criteria",
            ("Criterion", "Step", "Condition", "Points", "Counts as met"),
            rows,
            note="Of each criterion, the first step whose condition is true decides.",
        ),
        Table(
            "Levels",
            ("Level", "Asks for all of this"),
            [(level.name, _level(document, document.level(level))) for level in JUDGED],
        ),
        Table(
            "What its rules read",
            ("Attribute", "Name in rules", "Type", "Stale after"),
            [
                (
                    spec.label,
                    Code(spec.key),
                    spec.type.value.replace("_", " ").capitalize(),
                    f"{spec.freshness_days} days" if spec.freshness_days else "never",
                )
                for spec in document.attributes
            ],
        ),
        *_test_cases(document),
    ]


def _test_cases(document: SchemaDocument) -> list[Table]:
    """Return the table of the test cases that passed when it was published, if there were any."""
    specs = {spec.key: spec for spec in document.attributes}
    rows = [
        (case.name, Lines("", written(dict(case.values), specs).splitlines()), case.level.name)
        for case in document.test_cases
    ]
    return [Table("Test cases", ("Imagined lead", "What is known of it", "Comes to"), rows)] if rows else []


class Code(str):
    """Something in the rule language."""

    __slots__ = ()
    is_code = True


def read_rule(text: str, document: SchemaDocument, currency: str) -> Lines:
    """Return a condition with what it means."""
    return Lines(Code(text), (sentence(text, document.attributes, currency),))


def _met(met: bool) -> Badge:
    return Badge("Yes", "yes") if met else Badge("No", "no")


def _level(document: SchemaDocument, level: LevelSpec) -> Lines:
    asked = [] if level.score is None else [f"A score of at least {points(level.score)}"]
    asked += [f"At least {points(least)} points for {axis.value}" for axis, least in level.minimums]
    labels = {criterion.key: criterion.label for criterion in document.criteria}
    asked += [f"{labels[key]} must be met" for key in level.knock_outs]
    return Lines(asked[0], asked[1:])

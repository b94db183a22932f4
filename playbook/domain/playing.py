"""A play as it is written, and everything that is wrong with it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from leads.domain.documents import Problem
from leads.domain.questioning import lint
from leads.domain.rules import Name, RuleError, compile_rule
from leads.domain.stages import MOVES, Stage
from playbook.domain.filling import not_fillable
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, Addressee, DueUnit, StepKind

NURTURE_UNTIL = "nurture_until"
STEPS_AT_MOST = 20
DUE_AT_MOST = 2_000
DAYS_AT_MOST = 3_650
ADDRESSED = frozenset({ActionKind.NEXT_STEP, ActionKind.PROPOSE_DIAGNOSIS, ActionKind.EMAIL})
MAKES_STEPS = frozenset({ActionKind.NEXT_STEP, ActionKind.PROPOSE_DIAGNOSIS})


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step as it is written; which fields count depends on the action. Others are rows, known by their keys."""

    action: ActionKind
    step_kind: StepKind | None = None
    title: str = ""
    text: str = ""
    addressee: Addressee = Addressee.OWNER
    role: str = ""
    member_id: int | None = None
    due_in: int = 1
    due_unit: DueUnit = DueUnit.WORKING_DAYS
    template_id: int | None = None
    nurture_days: int | None = None
    webhook_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlaySpec:
    name: str
    happening: Happening
    steps: tuple[StepSpec, ...]
    key: str = ""
    from_stage: Stage | None = None
    to_stage: Stage | None = None
    to_phase: str = ""
    attribute: str = ""
    days: int = 0
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a play may name in its business."""

    names: Mapping[str, Name] = field(default_factory=dict)
    attributes: Collection[str] = ()
    dates: Collection[str] = ()
    fading: Collection[str] = ()
    phases: Collection[str] = ()


def check_play(play: PlaySpec, known: Surroundings) -> list[Problem]:
    """Return everything that is wrong with a play, each with the path to it; nothing if it can be run."""
    return [*_waiting(play, known), *_condition(play, known), *_steps(play, known)]


def wording_hints(play: PlaySpec) -> list[Problem]:
    """Return what could be asked better in the titles and talk tracks of next steps; no reason to refuse a play."""
    return [
        Problem(f"steps[{place}].{name}", finding.said)
        for place, step in enumerate(play.steps)
        if step.action in MAKES_STEPS
        for name, text in (("title", step.title), ("text", step.text))
        for question in asked_in(text)
        for finding in lint(question)
    ]


def asked_in(text: str) -> list[str]:
    """Return the sentences of a text one by one: a talk track asks several questions, but one at a time."""
    return [sentence.strip() for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence.strip()]


def _waiting(play: PlaySpec, known: Surroundings) -> Iterator[Problem]:
    if not play.name.strip():
        yield Problem("name", "Give the play a name.")
    happening = play.happening
    if happening == Happening.STAGE_CHANGED:
        if play.from_stage and play.to_stage and play.to_stage not in MOVES[play.from_stage]:
            able = ", ".join(stage.label for stage in MOVES[play.from_stage])
            yield Problem("toStage", f"A lead never goes there from {play.from_stage.label}; choose from {able}.")
    elif play.from_stage or play.to_stage:
        yield Problem("toStage", "Stages count only where a stage changes; leave them empty.")
    if play.to_phase and happening != Happening.PHASE_CHANGED:
        yield Problem("toPhase", "A phase counts only where a phase is entered; leave it empty.")
    elif play.to_phase and play.to_phase not in known.phases:
        yield Problem("toPhase", f"There is no phase {play.to_phase}; choose from {', '.join(known.phases)}.")
    yield from _attribute(play, known)
    if happening == Happening.NOTHING_HAPPENED:
        if not 1 <= play.days <= DAYS_AT_MOST:
            yield Problem("days", "Say after how many working days without anything happening; at least 1.")
    elif happening == Happening.DATE_REACHED:
        if abs(play.days) > DAYS_AT_MOST:
            yield Problem("days", f"That is too far from the date: at most {DAYS_AT_MOST:,} days.")
    elif play.days:
        yield Problem("days", "Days count only where nothing happened or a date is reached; leave them at 0.")


def _attribute(play: PlaySpec, known: Surroundings) -> Iterator[Problem]:
    match play.happening:
        case Happening.DATE_REACHED:
            if play.attribute != NURTURE_UNTIL and play.attribute not in known.dates:
                able = ", ".join([NURTURE_UNTIL, *known.dates])
                yield Problem("attribute", f"Choose the date that is reached: {able}.")
        case Happening.EVIDENCE_STALE:
            if play.attribute and play.attribute not in known.fading:
                yield Problem("attribute", "Choose an attribute whose evidence goes stale, or leave it empty for all.")
        case Happening.EVIDENCE_RECORDED:
            if play.attribute and play.attribute not in known.attributes:
                yield Problem("attribute", f"There is no attribute {play.attribute}.")
        case _:
            if play.attribute:
                yield Problem("attribute", "An attribute does not count for what this play waits for; leave it empty.")


def _condition(play: PlaySpec, known: Surroundings) -> Iterator[Problem]:
    if not play.condition.strip():
        return
    try:
        compile_rule(play.condition, known.names)
    except RuleError as error:
        yield Problem("condition", error.message)


def _steps(play: PlaySpec, known: Surroundings) -> Iterator[Problem]:
    if not play.steps:
        yield Problem("steps", "Add at least one step: without any the play does nothing.")
    if len(play.steps) > STEPS_AT_MOST:
        yield Problem("steps", f"That are too many steps: at most {STEPS_AT_MOST}.")
    for place, step in enumerate(play.steps):
        for problem in _step(step, known):
            yield Problem(f"steps[{place}].{problem.path}", problem.message)


def _step(step: StepSpec, known: Surroundings) -> Iterator[Problem]:
    match step.action:
        case ActionKind.NEXT_STEP | ActionKind.PROPOSE_DIAGNOSIS:
            if step.step_kind is None and step.action == ActionKind.NEXT_STEP:
                yield Problem("stepKind", "Choose what is to be done, such as a call.")
            yield from _needed(step, title="Say what is to be done.")
        case ActionKind.EMAIL:
            yield from _needed(step, title="An e-mail needs a subject.", text="An e-mail needs a text.")
        case ActionKind.NURTURE if step.nurture_days is None:
            yield Problem("nurtureDays", "Say in how many days the lead is looked at again; at least 1.")
        case ActionKind.FLAG:
            if not (step.text.strip() or step.title.strip()):
                yield Problem("text", "Say why the flag is raised.")
        case ActionKind.WEBHOOK:
            if step.webhook_id is None:
                yield Problem("webhook", "Choose which webhook is called.")
        case _:
            pass
    if not 0 <= step.due_in <= DUE_AT_MOST:
        yield Problem("dueIn", f"Say by when, from 0 to {DUE_AT_MOST:,}.")
    if step.nurture_days is not None and not 1 <= step.nurture_days <= DAYS_AT_MOST:
        yield Problem("nurtureDays", f"Say in how many days the lead is looked at again, from 1 to {DAYS_AT_MOST:,}.")
    if step.action in ADDRESSED:
        if step.addressee == Addressee.ROLE and not step.role:
            yield Problem("role", "Choose for which role it is.")
        if step.addressee == Addressee.MEMBER and step.member_id is None:
            yield Problem("member", "Choose for whom it is.")
    for name, text in (("title", step.title), ("text", step.text)):
        yield from _texts(name, text, known.attributes)


def _needed(step: StepSpec, **asked: str) -> Iterator[Problem]:
    for name, said in asked.items():
        if not getattr(step, name).strip():
            yield Problem(name, said)


def _texts(name: str, text: str, attributes: Collection[str]) -> Iterator[Problem]:
    for unknown in not_fillable(text, attributes):
        meant = f" Did you mean {{{unknown.meant}}}?" if unknown.meant else ""
        yield Problem(name, f"Nothing stands for {{{unknown.name}}}.{meant}")

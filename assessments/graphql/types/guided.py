"""A question as it stands in a diagnosis, with all that stands beside it; read only where it is asked for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import strawberry
from django.db.models import Prefetch
from graphql import FieldNode, FragmentSpreadNode, SelectionSetNode

from assessments import models
from assessments.domain.asides import deciders
from assessments.domain.engine import SHOWN, Evaluation, Standing
from assessments.domain.known import Known
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.wording import label_of, spec_of
from assessments.graphql.types.template import Question, question_out
from assessments.models import Answer as AnswerRow
from assessments.models import LinkKind
from assessments.services.editions import given_rows
from assessments.services.evaluating import evaluation_of
from assessments.services.known import Beside, beside, own_known, own_links
from leads.domain.rules import Fact, Reason, Unknown
from leads.graphql.types import Contact
from leads.graphql.values import Value, value_out
from leads.models import EvidenceSource

ROWS, LINKS = "rows_of_{}", "links_of_{}"
LOADED_ANYWAY = "version"  # in place of a prefetch that nothing needs
OF_ROWS = {"note", "saidBy", "answeredAt", "edition", "conversation", "origin"}
OF_LINKS = {"known", "offered", "contradiction"}


@strawberry.type(description="A value that is known apart from this diagnosis's own answers.")
class KnownValue:
    value: Value = strawberry.field(description="What is known.")
    source: EvidenceSource = strawberry.field(description="Where it comes from.")
    observed_at: datetime = strawberry.field(description="As of when.")
    fresh: bool = strawberry.field(description="Whether it still counts; false once it is stale.")


class Desk:
    """What the guided answers of one diagnosis share: each further row is read once, when it is first needed."""

    def __init__(self, diagnosis: Any, info: strawberry.Info, place: str) -> None:
        self.diagnosis = diagnosis
        self.now: datetime = info.context.now
        self.currency: str = info.context.viewer.business.currency
        self.plan: TemplatePlan
        self.evaluation: Evaluation
        self.plan, self.evaluation = evaluation_of(diagnosis, self.now)
        self._place = place

    @cached_property
    def rows(self) -> Mapping[str, AnswerRow]:
        loaded = getattr(self.diagnosis, ROWS.format(self._place), None)
        if loaded is None or self.diagnosis.edition > 1:
            return given_rows(self.diagnosis)
        return {row.question: row for row in sorted(loaded, key=lambda row: row.pk)}

    @cached_property
    def own(self) -> Mapping[str, Known]:
        loaded = getattr(self.diagnosis, LINKS.format(self._place), None)
        links = own_links(self.diagnosis) if loaded is None or self.diagnosis.edition > 1 else loaded
        return own_known(self.plan, links, self.now)

    def beside(self, question: PlannedQuestion) -> Beside:
        return beside(self.diagnosis, question, self.own, self.now)

    def answer(self, key: str, value: Fact) -> "GuidedAnswer":
        question = self.plan.questions[key]
        return GuidedAnswer(
            question=question_out(question, self.plan),
            standing=self.evaluation.standing[key],
            value=value_out(question.value, value, self.currency),
            planned=question,
            desk=self,
        )

    def known_out(self, question: PlannedQuestion, known: Known | None) -> KnownValue | None:
        if known is None:
            return None
        return KnownValue(
            value=value_out(question.value, known.value, self.currency),
            source=EvidenceSource(known.source),
            observed_at=known.observed_at,
            fresh=known.fresh,
        )


@strawberry.type(description="A question of a diagnosis and what was answered.")
class GuidedAnswer:
    question: Question = strawberry.field(description="The question.")
    standing: Standing = strawberry.field(description="Where it stands.")
    value: Value = strawberry.field(description="The answer, kept even while the question is hidden; or unknown.")
    planned: strawberry.Private[PlannedQuestion]
    desk: strawberry.Private[Desk]

    @strawberry.field(description="Whether it was put off until all others are asked.")
    def skipped(self) -> bool:
        return self.planned.key in self.desk.diagnosis.skipped and self.standing is Standing.OPEN

    @strawberry.field(
        description="What else is known: evidence, or what the prospect answered itself; null if nothing."
    )
    def known(self) -> KnownValue | None:
        return self.desk.known_out(self.planned, self.desk.beside(self.planned).known)

    @strawberry.field(description="A fresh known value for an open question; it counts once it is confirmed.")
    def offered(self) -> KnownValue | None:
        return self.desk.known_out(self.planned, self.desk.beside(self.planned).offered)

    @strawberry.field(
        description="A fresh value from elsewhere that says something else than the answer; null if none does."
    )
    def contradiction(self) -> KnownValue | None:
        return self.desk.known_out(self.planned, self.desk.beside(self.planned).contradiction)

    @strawberry.field(description="What was noted with it, in the prospect's words; may be empty.")
    def note(self) -> str:
        return self._row.note if self._row else ""

    @strawberry.field(description="Who said it, if that is known.")
    def said_by(self) -> Contact | None:
        return self._row.said_by if self._row else None  # type: ignore[return-value]

    @strawberry.field(description="When it was given, in whichever edition that was; null if it was not.")
    def answered_at(self) -> datetime | None:
        return self._row.at if self._row else None

    @strawberry.field(
        description="The edition in which it was given, and whose conversations it belongs to; null if it was not."
    )
    def edition(self) -> int | None:
        if self._row is None or self._row.diagnosis_id == self.desk.diagnosis.pk:
            return self.desk.diagnosis.edition if self._row else None
        return self._row.diagnosis.edition

    @strawberry.field(
        description="The number of the conversation of that `edition` in which it was given; null if in none."
    )
    def conversation(self) -> int | None:
        held = self._row.conversation if self._row else None
        return held.number if held else None

    @strawberry.field(description="How it came about; null if it was not given.")
    def origin(self) -> AnswerRow.Origin | None:
        return AnswerRow.Origin(self._row.origin) if self._row else None

    @strawberry.field(
        description="Why the answer counts for nothing although it is kept: what was answered to the questions that"
        " decide about it; empty if it counts."
    )
    def set_aside_because(self) -> str:
        if self.standing in SHOWN or self.planned.key not in self.desk.diagnosis.answers:
            return ""
        return why_set_aside(self.desk, self.planned)

    @property
    def _row(self) -> AnswerRow | None:
        if self.standing is Standing.OPEN:  # nobody answered it: nothing is read
            return None
        return self.desk.rows.get(self.planned.key)


def why_set_aside(desk: Desk, question: PlannedQuestion) -> str:
    """Return what keeps a question from being asked: those that decide about it, each with its answer."""
    plan, evaluation = desk.plan, desk.evaluation
    given = []
    for name in deciders(plan, evaluation, question.key):
        fact = evaluation.facts.get(name, Unknown(Reason.NOT_ASKED, (name,)))
        value = value_out(spec_of(plan, name), fact, desk.currency)
        given.append(f"“{label_of(plan, name)}” – {value.display}")
    undecided = evaluation.standing[question.key] is Standing.UNDECIDED
    return f"{'Set aside until this is clear' if undecided else 'Set aside because of this'}: {'; '.join(given)}"


# --- What is read with the diagnosis ---------------------------------------------------------------


def rows_if_asked(place: str) -> Callable[[Any], Prefetch[Any] | str]:
    """Return what gives the rows of the answers if a field below this place is selected that needs them."""

    def found(info: Any) -> Prefetch[Any] | str:
        if not _asks(info, OF_ROWS):
            return LOADED_ANYWAY
        rows = models.Answer.objects.select_related("said_by", "conversation")
        return Prefetch("history", rows, to_attr=ROWS.format(place))

    return found


def links_if_asked(place: str) -> Callable[[Any], Prefetch[Any] | str]:
    """Return what gives the submitted self-assessments if a field below this place is selected that needs them."""

    def found(info: Any) -> Prefetch[Any] | str:
        if not _asks(info, OF_LINKS):
            return LOADED_ANYWAY
        sent = models.ProspectLink.objects.filter(kind=LinkKind.SELF_ASSESSMENT, submitted_at__isnull=False)
        by_time = sent.order_by("submitted_at", "id")
        return Prefetch("links", by_time, to_attr=LINKS.format(place))

    return found


def _asks(info: Any, names: set[str]) -> bool:
    """Return whether one of these fields is selected."""
    selected: set[str] = set()
    raw = getattr(info, "_raw_info", info)
    for node in raw.field_nodes:
        _collect(node.selection_set, raw.fragments, selected)
    return bool(names & selected)


def _collect(selection: SelectionSetNode | None, fragments: Mapping[str, Any], found: set[str]) -> None:
    for node in selection.selections if selection else ():
        if isinstance(node, FieldNode):
            found.add(node.name.value)
        elif isinstance(node, FragmentSpreadNode):
            _collect(fragments[node.name.value].selection_set, fragments, found)
        else:
            _collect(node.selection_set, fragments, found)

"""The sales process, and where leads stand in it."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
import strawberry_django
from django.db.models import Prefetch
from strawberry import relay
from strawberry_django.optimizer import OptimizerStore, optimize

from leads.domain.qualification import Decision
from leads.domain.stages import Stage
from leads.graphql.fields import column, computed
from leads.graphql.types import Membership, Transition
from leads.models import Door
from playbook import models
from playbook.domain.process import Severity
from playbook.services.exit_criteria import criteria_in_use

LEAD = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(
    models.ExitCriterion,
    description="A fact that a buyer could confirm and that must hold before a phase is left for a later one.",
)
class ExitCriterion(relay.Node):
    key: str = column("Its stable name within the phase.")
    name: str = column("What must hold, in words.")
    rule: str = column(
        "The condition in the rule language, such as `has_economic_buyer`; `playVocabulary` has its names."
    )
    severity: Severity = column("What it does where it does not hold, or is not known to.")
    position: int = column("Its place among those of the phase.")
    archived_at: datetime | None = column("Since when it is not asked any more; null while it is.")


@strawberry_django.type(models.Phase, description="One phase of the sales process.")
class Phase(relay.Node):
    key: str = column("Its stable name; `Lead.phase` has that of the phase a lead is in.")
    name: str = column("What a person reads.")
    guidance: str = column("What matters here, for whoever works on the lead; may be empty.")
    position: int = column("Its place in the process.")
    archived_at: datetime | None = column("Since when it is not used any more; null while it is.")

    @computed("Keys of the attributes that matter most here, in their order; for `Lead.values`.", only=["shows"])
    def shows(self, info: strawberry.Info) -> list[str]:
        return list(self.shows)

    @computed("The stage that begins the phase; null where people move leads there.", only=["begins_with"])
    def begins_with(self, info: strawberry.Info) -> Stage | None:
        return Stage(self.begins_with) if self.begins_with else None

    @computed("What must hold before it is left for a later one.", prefetch_related=["exit_criteria"])
    def exit_criteria(self, info: strawberry.Info) -> list[ExitCriterion]:
        return criteria_in_use(self)  # type: ignore[return-value]


def _phases(info: strawberry.Info) -> "Prefetch[Any]":
    """Return what fetches the phases in use of a process with all that is selected of them."""
    found = models.Phase.objects.filter(archived_at__isnull=True)
    return Prefetch("phases", optimize(found, info, store=_pointer()), to_attr="phases_in_use")


def _archived_phases(info: strawberry.Info) -> "Prefetch[Any]":
    found = models.Phase.objects.filter(archived_at__isnull=False)
    return Prefetch("phases", optimize(found, info, store=_pointer()), to_attr="phases_archived")


def _pointer() -> OptimizerStore:
    return OptimizerStore.with_hints(only=["process"])


@strawberry_django.type(
    models.SalesProcess, description="How the business goes from first interest to a customer; each has one."
)
class SalesProcess(relay.Node):
    name: str = column("What a person reads.")
    outreach_at_most: int = column("Calls, e-mails and meetings that plays may ask for with one lead in those days.")
    outreach_days: int = column("The days that are counted.")
    revision: int = column("Counts what managers changed of it; send it back as `expectedRevision`.")

    @computed("Its phases in their order.", prefetch_related=[_phases])
    def phases(self, info: strawberry.Info) -> list[Phase]:
        return self.phases_in_use

    @computed("The phases that are not used any more, in their order.", prefetch_related=[_archived_phases])
    def archived_phases(self, info: strawberry.Info) -> list[Phase]:
        return self.phases_archived


@strawberry.type(description="An exit criterion as it stands for a lead.")
class AskedCriterion:
    criterion: ExitCriterion = strawberry.field(description="Which one.")
    decision: Decision = strawberry.field(description="Whether it holds.")
    missing: str = strawberry.field(description="What keeps it from being known, in words; empty where it is known.")


@strawberry.type(description="A lead's phase as it stands now.")
class InPhase:
    phase: Phase = strawberry.field(description="The phase.")
    since: datetime | None = strawberry.field(description="Since when it is there; null if nobody knows.")
    exit_criteria: list[AskedCriterion] = strawberry.field(
        description="What must hold before it is left for a later phase, and how that stands."
    )
    may_enter: list[Phase] = strawberry.field(
        description="Where `movePhase` could move it while its stage stays; exit criteria are not looked at."
    )


@strawberry.type(description="An exit criterion that did not hold when a phase was left nevertheless.")
class LeftAside:
    key: str = strawberry.field(description="Its key.")
    name: str = strawberry.field(description="What had to hold, in words, as it was written then.")
    decision: Decision = strawberry.field(description="NO, or UNKNOWN.")


@strawberry_django.type(models.PhaseMove, description="The receipt of one change of phase.")
class PhaseMove(relay.Node):
    lead: Annotated["Lead", LEAD] = column("The lead.")
    from_phase: str = column("The key of the phase that it left; empty if it was in none.")
    to_phase: str = column("The key of the phase that it entered; empty if it is in none.")
    at: datetime = column("When.")
    author: Membership | None = column("Who did it; null for the system.")
    door: Door = column("Where it was done.")
    transition: Transition | None = column("The move of its stage that brought it; null if none did.")
    override_reason: str = column("Why the phase was left though something did not hold; empty if all did.")

    @computed("What did not hold and only warned.", only=["warnings"])
    def warnings(self, info: strawberry.Info) -> list[LeftAside]:
        return [
            LeftAside(key=found["key"], name=found["name"], decision=Decision(found["outcome"]))
            for found in self.warnings
        ]

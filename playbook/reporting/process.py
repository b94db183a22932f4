"""The sales process as managers read it: how many leads are in each phase, and how they came there."""

from typing import Any

import graphene
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from leads.domain.stages import Stage
from leads.meanings import MEANINGS as LEADS_MEANINGS
from leads.models import Door
from leads.models import Lead as LeadModel
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import describe
from leads.reporting.types import Lead, Membership
from playbook import models
from playbook.domain.process import Severity
from playbook.filters import PhaseMoveFilterSet
from playbook.meanings import MEANINGS

describe(Severity, MEANINGS[Severity])
describe(Door, LEADS_MEANINGS[Door])


class ExitCriterion(Row):
    class Meta:
        model = models.ExitCriterion
        description = "A fact that a buyer could confirm and that must hold before a phase is left for a later one."
        columns = {
            "key": "Its stable name within the phase.",
            "name": "What must hold, in words.",
            "rule": "The condition in the rule language.",
            "position": "Its place among those of the phase.",
        }

    severity = choice(Severity, "What it does where it does not hold, or is not known to.")


class Phase(Row):
    class Meta:
        model = models.Phase
        description = "One phase of the sales process."
        columns = {
            "key": "Its stable name.",
            "name": "What a person reads.",
            "position": "Its place in the process.",
            "archived_at": "Since when it is not used any more; null while it is.",
        }

    begins_with = choice(Stage, "The stage that begins the phase; null where people move leads there.", required=False)
    leads = graphene.Int(required=True, description="How many leads are in it now; customers are in the last one.")
    overridden = graphene.Int(
        required=True, description="How often it was left though an exit criterion of it that only warns did not hold."
    )
    exit_criteria = graphene.List(
        graphene.NonNull(ExitCriterion), required=True, description="What must hold before it is left for a later one."
    )

    def resolve_exit_criteria(self: Any, info: Any) -> list[models.ExitCriterion]:
        return [each for each in self.exit_criteria.all() if each.archived_at is None]


class PhaseMove(Row):
    class Meta:
        model = models.PhaseMove
        description = "The receipt of one change of phase."
        columns = {
            "from_phase": "The key of the phase that it left; empty if it was in none.",
            "to_phase": "The key of the phase that it entered; empty if it is in none.",
            "at": "When.",
            "override_reason": "Why the phase was left though something did not hold; empty if all did.",
        }

    needs = {"lead": "lead", "author": "author"}
    heavy = ("warnings",)

    lead = to_one(Lead, "The lead.")
    author = to_one(Membership, "Who did it; null for the system.", required=False)
    door = choice(Door, "Where it was done.")


PhaseMoveFilter = input_of(
    PhaseMoveFilterSet, "PhaseMoveFilter", "Which changes of phase; all that is given must hold.", {"door": Door}
)


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    phases = graphene.List(
        graphene.NonNull(Phase), required=True, description="The phases of the sales process in use, in their order."
    )
    phase_moves = pages(PhaseMove, "Changes of phase, newest first.", by=PhaseMoveFilter)

    def resolve_phases(self: Any, info: Any) -> Any:
        viewer = info.context.viewer
        leads = LeadModel.objects.visible_to(viewer).filter(phase=OuterRef("key"))
        left = (
            models.PhaseMove.objects.visible_to(viewer).filter(from_phase=OuterRef("key")).exclude(override_reason="")
        )
        found = models.Phase.objects.visible_to(viewer).filter(archived_at__isnull=True)
        return found.annotate(leads=_count(leads, "phase"), overridden=_count(left, "from_phase")).prefetch_related(
            "exit_criteria"
        )


def _count(rows: Any, by: str) -> Coalesce:
    """Return how many of these rows there are for each phase."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)

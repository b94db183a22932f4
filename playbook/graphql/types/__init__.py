"""What the playbook is read as."""

from playbook.graphql.types.brief import Brief, brief_out
from playbook.graphql.types.hand_offs import HandOff, HandOffRule
from playbook.graphql.types.process import ExitCriterion, InPhase, Phase, PhaseMove, SalesProcess
from playbook.graphql.types.queue import WorkItem, WorkItemConnection, WorkItemEdge
from playbook.graphql.types.stalling import LossReview, StallRisk, StallRiskSetting
from playbook.graphql.types.steps import NextStep
from playbook.graphql.types.timeline import TimelineConnection, timeline_out

__all__ = [
    "Brief",
    "ExitCriterion",
    "HandOff",
    "HandOffRule",
    "InPhase",
    "LossReview",
    "NextStep",
    "Phase",
    "PhaseMove",
    "SalesProcess",
    "StallRisk",
    "StallRiskSetting",
    "TimelineConnection",
    "WorkItem",
    "WorkItemConnection",
    "WorkItemEdge",
    "brief_out",
    "timeline_out",
]

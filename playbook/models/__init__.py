"""What to do next: the process, hand-offs, plays, next steps and what leaves for elsewhere."""

from playbook.models.deliveries import Delivery
from playbook.models.hand_offs import HandOff, HandOffRule, HandOffRuleMember
from playbook.models.plays import EventFailure, Play, PlayRun, PlayStep, Webhook
from playbook.models.process import ExitCriterion, Phase, PhaseMove, SalesProcess
from playbook.models.queue import QueuePlace
from playbook.models.stalling import LossReview, StallRiskSetting
from playbook.models.steps import NextStep

__all__ = [
    "Delivery",
    "EventFailure",
    "ExitCriterion",
    "HandOff",
    "HandOffRule",
    "HandOffRuleMember",
    "LossReview",
    "NextStep",
    "Phase",
    "PhaseMove",
    "Play",
    "PlayRun",
    "PlayStep",
    "QueuePlace",
    "SalesProcess",
    "StallRiskSetting",
    "Webhook",
]

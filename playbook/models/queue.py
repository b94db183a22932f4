"""Where every open lead stands in somebody's work queue."""

from django.db import models
from django.db.models import F

from assessments.models import Diagnosis
from leads.models import Lead, Membership
from leads.models.base import TenantModel, same_business
from playbook.domain.ranking_work import WorkKind

WORK_KINDS = [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in WorkKind]


class QueuePlace(TenantModel):
    """The place of one open lead among its owner's, worked out whenever something of the lead changes.

    `rank` is what `playbook.domain.ranking_work` makes of it. What depends on the moment, promises that are due, is
    never kept here. The owner is kept beside the rank, so that one index serves a queue of any length.
    """

    lead = models.OneToOneField(Lead, models.PROTECT, related_name="queue_place")
    owner = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=WORK_KINDS)
    rank = models.BigIntegerField()
    unknowns = models.PositiveSmallIntegerField(default=0, help_text="Of the verdict, that could change it.")
    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-rank", "lead_id"]
        constraints = [same_business("queue_place")]
        indexes = [models.Index(F("business"), F("owner"), F("rank").desc(), F("lead"), name="queue_of_an_owner")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.lead}"

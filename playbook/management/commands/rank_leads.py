"""Rank all open leads in work queues; for those that were there before the queue was."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from leads.domain.stages import CLOSED
from leads.models import Business, Lead
from playbook.services.ranking import AT_ONCE, rank_leads


class Command(BaseCommand):
    help = "Rank all open leads of all businesses in work queues."

    def handle(self, *args: Any, **options: Any) -> None:
        for business in Business.objects.all():
            found = Lead.objects.filter(business=business).exclude(stage__in=CLOSED).order_by("pk")
            ids = list(found.values_list("pk", flat=True))
            for start in range(0, len(ids), AT_ONCE):
                with transaction.atomic():
                    rank_leads(business, ids[start : start + AT_ONCE], timezone.now())
            self.stdout.write(f"{business.slug}: {len(ids)} leads ranked.")

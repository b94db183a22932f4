"""What a merge would do, told beforehand by doing it and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads.domain.errors import DomainError
from leads.domain.merging import Differed, Moved, differed_in, moved_in, moved_said
from leads.models import Contact, Lead, Merge, Organization
from leads.services.merging.journeys import merge_leads
from leads.services.merging.prospects import merge_contacts, merge_organizations
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would move and what would not be taken over; or why the two cannot be merged, empty if they can."""

    moved: Sequence[Moved] = ()
    differed: Sequence[Differed] = ()
    refusal: str = ""

    @property
    def in_words(self) -> str:
        return moved_said(self.moved)


class _TakenBack(Exception):
    """Carries the receipt out of a transaction that is taken back."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge


Mergeable = Organization | Contact | Lead


def merge_rows(kept: Mergeable, gone: Mergeable, by: Viewer, now: datetime) -> Mergeable:
    """Merge two rows of one model, as they were read."""
    if isinstance(kept, Lead):
        return merge_leads(kept_id=kept.pk, gone_id=gone.pk, expected_revision=kept.revision, by=by, now=now)
    merge = merge_contacts if isinstance(kept, Contact) else merge_organizations
    return merge(kept_id=kept.pk, gone_id=gone.pk, by=by, now=now)


def foresee(kept: Mergeable, gone: Mergeable, by: Viewer, now: datetime) -> Foreseen:
    """Return what merging two rows of one model would do; nothing is changed."""
    try:
        with transaction.atomic():
            merge_rows(kept, gone, by, now)
            raise _TakenBack(Merge.objects.filter(business=by.business, gone_key=gone.pk).latest("pk"))
    except DomainError as refusal:
        return Foreseen(refusal=refusal.message)
    except _TakenBack as done:
        return Foreseen(moved_in(done.merge.moved), differed_in(done.merge.differed))

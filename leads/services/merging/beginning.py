"""How every merge begins: the two rows, whether they can be merged at all, and the locks."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from leads import ports, selectors
from leads.domain.errors import DomainError
from leads.domain.merging import MergedElsewhere, MergedIntoItself
from leads.models import Contact, Lead, Organization
from leads.tenancy import Viewer

R = TypeVar("R", Organization, Contact, Lead)
TRIES = 5


class TooBusy(DomainError):
    code = "too_busy"


class _Again(Exception):
    """Something was added while the locks were waited for."""


def find_pair(model: type[R], kept_id: int | None, gone_id: int | None, by: Viewer) -> tuple[R, R]:
    """Return both rows, whether or not they are in use; raise NotFound or MergedIntoItself."""
    word = model._meta.verbose_name
    found = {row.pk: row for row in model.everything.visible_to(by).filter(pk__in=[kept_id or 0, gone_id or 0])}
    for field, pk in (("kept", kept_id), ("gone", gone_id)):
        if pk not in found:
            raise selectors.NotFound(f"There is no such {word}.", field=field)
    if kept_id == gone_id:
        raise MergedIntoItself(f"That is one and the same {word}. Choose another one to merge.", field="gone")
    return found[kept_id or 0], found[gone_id or 0]


def is_merged_already(kept: R, gone: R) -> bool:
    """Whether just this was done before; raise MergedElsewhere if either counts no more for another reason."""
    if gone.merged_into_id == kept.pk:
        return True
    for field, row in (("kept", kept), ("gone", gone)):
        if row.merged_into_id is not None:
            raise MergedElsewhere(f"“{row}” was merged into “{row.the_one_kept}” already. Use that one.", field=field)
    return False


def lock_all(kept: R, gone: R, leads: Collection[int], by: Viewer, now: datetime) -> ports.Merging:
    """Lock what other apps ask for and then these leads, as everybody does, and ask whether anything is against it.

    What was added meanwhile by somebody who had a lead locked is not locked yet, so that all begins anew then.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                merging = _locked(kept, gone, leads, by, now)
        except _Again:
            continue
        for step in ports.when_merging:
            step.check(merging)
        return merging
    raise TooBusy("Others are at work on these leads right now. Try again in a moment.")


def _locked(kept: R, gone: R, leads: Collection[int], by: Viewer, now: datetime) -> ports.Merging:
    merging = ports.Merging(kept, gone, frozenset(leads), by, now)
    asked = [rows for step in ports.when_merging for rows in step.locked(merging)]
    held = [set(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)) for rows in asked]
    list(Lead.everything.filter(pk__in=leads).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    for rows, pks in zip(asked, held, strict=True):
        if not set(rows.order_by().values_list("pk", flat=True)) <= pks:
            raise _Again
    for row in (kept, gone):
        row.refresh_from_db()
    return merging

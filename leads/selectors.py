"""Reads that several doors share."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from leads import live
from leads.domain.errors import DomainError
from leads.domain.merging import LeadMerged
from leads.domain.snapshot import Circumstances
from leads.domain.values import Window
from leads.global_ids import global_id
from leads.models import Attribute, Business, Contact, Engagement, Lead, Qualification
from leads.tenancy import Viewer


class NotFound(DomainError):
    """Said alike of what is absent and of what belongs to somebody else."""

    code = "not_found"


class StaleRevision(DomainError):
    code = "stale_revision"


def locked_lead(lead_id: int | None, viewer: Viewer) -> Lead:
    """Return the lead, its row locked until the transaction ends; raise NotFound, or LeadMerged naming the kept one.

    Who watches the lead is told when the transaction is committed.
    """
    found = (
        Lead.everything.visible_to(viewer)
        .select_for_update(of=("self",))
        .select_related("qualification")
        .filter(pk=lead_id or 0)
        .first()
    )
    if found is None:
        raise NotFound("There is no such lead.", field="lead")
    if found.merged_into_id is not None:
        kept = Lead.everything.get(pk=found.merged_into_id)
        raise LeadMerged(
            f"This lead was merged into “{kept}” ({global_id('Lead', kept.pk)}). Go on with that one.", field="lead"
        )
    if found.qualification_id is not None and found.qualification is None:
        # PostgreSQL reads a row again that somebody else had locked, but not what is joined to it.
        found.qualification = Qualification.objects.get(pk=found.qualification_id)
    live.tell(live.topic("lead", found.pk))
    return found


def take_turn(business: Business) -> None:
    """Wait until nobody else publishes or retires what judges this business's leads, until the transaction ends.

    What each of them checks of the others' order would not hold if they did it at once.
    """
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)


def hold_judges(business: Business) -> None:
    """Keep what judges this business's leads from changing until the transaction ends.

    For those who add leads, or open closed ones: a publication would neither see them nor they it. They wait
    for it, or it for them; not for each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM leads_business WHERE id = %s FOR SHARE", [business.pk])


def take_turn_to_merge(business: Business) -> None:
    """Wait until nobody else merges rows of this business, or adds some that refer to them; first of all locks."""
    _hold_merging(business, "pg_advisory_xact_lock")


def hold_merging(business: Business) -> None:
    """Keep rows of this business from being merged until the transaction ends; first of all locks.

    For those who look for organizations and add leads to them: they wait for a merge, or it for them; not for each
    other.
    """
    _hold_merging(business, "pg_advisory_xact_lock_shared")


def _hold_merging(business: Business, lock: str) -> None:
    # SQLite lets nobody else write anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"merging {business.pk}"])


def contact_at(organization_id: int, contact_id: int, viewer: Viewer) -> Contact | None:
    """Return a contact of an organization, for a merged one that which was kept; None for any other."""
    found = Contact.everything.visible_to(viewer).select_related("merged_into").filter(pk=contact_id).first()
    kept = found.the_one_kept if found is not None else None
    return kept if kept is not None and kept.organization_id == organization_id else None


def check_revision(lead: Lead, expected: int) -> None:
    """Raise StaleRevision if somebody changed the lead since it was read."""
    if lead.revision != expected:
        raise StaleRevision(
            f"Somebody changed this lead meanwhile: it is at revision {lead.revision}, "
            f"you expected {expected}. Read it again, then decide.",
            field="expectedRevision",
        )


def attributes_of(viewer: Viewer, keys: Iterable[str] | None = None) -> dict[str, Attribute]:
    """Return the business's attributes in use, by key, in their order."""
    found = Attribute.objects.visible_to(viewer).filter(archived_at__isnull=True)
    if keys is not None:
        found = found.filter(key__in=list(keys))
    return {attribute.key: attribute for attribute in found}


# --- Time ----------------------------------------------------------------------------------------


def local_day(business: Business, now: datetime) -> date:
    return now.astimezone(business.zone).date()


def next_midnight(business: Business, now: datetime) -> datetime:
    """Return when the business's next day begins, in UTC.

    Where the clocks skip midnight, that is the moment at which they do.
    """
    tomorrow = local_day(business, now) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=business.zone).astimezone(UTC)


class MomentRefused(DomainError):
    code = "moment_refused"


def check_moment(moment: datetime | None, field: str) -> None:
    """Raise MomentRefused for a time without a zone, or one that no calendar of ours needs."""
    if moment is None:
        return
    if moment.tzinfo is None:
        raise MomentRefused("Give the time with its zone, such as 2026-03-02T09:30:00+01:00.", field=field)
    if not 1900 <= moment.year < 2200:
        raise MomentRefused("Give a time between the years 1900 and 2199.", field=field)


def circumstances(business: Business, now: datetime, counts: Mapping[Window, int] | None = None) -> Circumstances:
    return Circumstances(now=now, today=local_day(business, now), engagements=counts or {})


def count_engagements(
    business: Business, windows: Sequence[Window], lead_ids: list[int], now: datetime
) -> dict[int, dict[Window, int]]:
    """Return for each lead how many engagements each window has; one query, none without windows.

    "Within the last n days" are the business's local day of `now` and the n - 1 before it.
    """
    if not windows or not lead_ids:
        return {}
    today = local_day(business, now)
    counts = {}
    for index, (kinds, days) in enumerate(windows):
        first = today - timedelta(days=days - 1)
        since = datetime.combine(first, time.min, tzinfo=business.zone)
        counts[f"window_{index}"] = Count("id", filter=Q(kind__in=kinds, happened_at__gte=since, happened_at__lte=now))
    rows: Any = (
        Engagement.objects.filter(business=business, lead__in=lead_ids).order_by().values("lead_id").annotate(**counts)
    )
    return {row["lead_id"]: {window: row[f"window_{index}"] for index, window in enumerate(windows)} for row in rows}

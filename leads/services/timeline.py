"""What of a lead's history this app keeps: touches, evidence, moves and opportunities."""

from typing import Any

from leads.domain.stages import Stage
from leads.models import Engagement, Evidence, Opportunity, Transition
from leads.ports import TimelineSource


def _touch(row: Engagement) -> str:
    kind = row.get_kind_display()
    says_kind = row.title == kind or row.title.startswith(f"{kind}: ")
    what = row.title if says_kind else f"{kind}: {row.title}" if row.title else kind
    return f"{what}, with {row.contact}" if row.contact else what


def _learned(row: Evidence) -> str:
    count = f"{len(row.values)} value{'' if len(row.values) == 1 else 's'}"
    said = f", said by {row.said_by}" if row.said_by else ""
    return f"Learned {count} ({row.get_source_display().lower()}){said}"


def _move(row: Transition) -> str:
    to = Stage(row.to_stage).label
    moved = f"{Stage(row.from_stage).label} → {to}" if row.from_stage else f"Begun as {to}"
    because = str(row.cause) if row.cause else row.reason
    return f"{moved}: {because}" if because else moved


def _by_author(row: Any) -> Any:
    return row.author


SOURCES = [
    TimelineSource(
        "engagement",
        "Engagement",
        "happened_at",
        lambda lead: Engagement.objects.filter(lead=lead).select_related("contact", "author__user"),
        _touch,
        _by_author,
    ),
    TimelineSource(
        "evidence",
        "Evidence",
        "observed_at",
        lambda lead: Evidence.objects.filter(lead=lead).select_related("said_by", "author__user"),
        _learned,
        _by_author,
    ),
    TimelineSource(
        "transition",
        "Transition",
        "at",
        lambda lead: Transition.objects.filter(lead=lead).select_related("cause", "author__user"),
        _move,
        _by_author,
    ),
    TimelineSource(
        "opportunity_opened",
        "Opportunity",
        "opened_at",
        lambda lead: Opportunity.objects.filter(leads=lead),
        lambda row: f"Opportunity opened: {row.title}",
        lambda row: None,
    ),
    TimelineSource(
        "opportunity_closed",
        "Opportunity",
        "closed_at",
        lambda lead: Opportunity.objects.filter(leads=lead, closed_at__isnull=False),
        lambda row: f"Opportunity {row.get_status_display().lower()}: {row.title}",
        lambda row: None,
    ),
]

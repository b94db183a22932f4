"""What the playbook tells on a lead's page: its stall risks, a brief, and everything that happened."""

from __future__ import annotations

from django.utils import timezone

from leads.admin.journeys.lead_page import SHOWN, further
from leads.admin.reading import Badge, Lines, Table, day, moment
from leads.domain.qualification import Decision
from leads.models import Lead
from leads.tenancy import Viewer
from playbook.services.brief import brief_of
from playbook.services.stalling import risks_of
from playbook.services.timeline import timeline

PRESENT = {Decision.YES: ("Yes", "no"), Decision.NO: ("No", "yes"), Decision.UNKNOWN: ("Not known yet", "unknown")}


def stall_risks(lead: Lead, viewer: Viewer) -> Table:
    """Return what may bog the sale down, what is there first."""
    order = [Decision.YES, Decision.UNKNOWN, Decision.NO]
    found = risks_of(viewer.business, [lead], timezone.now())[lead.pk]
    rows = [
        (
            Lines(risk.name, ("blocking",) if risk.severity == "blocking" else ()),
            Badge(*PRESENT[risk.present]),
            Lines(risk.because, (f"since {day(risk.since)}",) if risk.since else ()),
            risk.predicts_label or "–",
        )
        for risk in sorted(found, key=lambda risk: order.index(risk.present))
    ]
    headers = ("Risk", "Present", "Because", "Predicts")
    return Table("What may stall it", headers, rows, "Nothing: the lead is closed.")


def not_to_ask(lead: Lead, viewer: Viewer) -> Table:
    brief = brief_of(lead.pk, viewer, timezone.now())
    rows = [(each.question, each.because) for each in brief.not_to_ask]
    return Table("What not to ask", ("Question", "Because"), rows)


def history(lead: Lead, viewer: Viewer) -> Table:
    page = timeline(lead, first=SHOWN)
    rows = [
        (moment(entry.place.at), entry.title, str(entry.author.user) if entry.author else "–") for entry in page.entries
    ]
    note = f"The latest {SHOWN}; the tables below have the rest." if page.has_more else ""
    return Table("Everything that happened", ("When", "What", "By"), rows, note=note)


further += [stall_risks, not_to_ask, history]

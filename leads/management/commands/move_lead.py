"""manage.py move_lead: move one lead to another stage, as every door does."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads import services
from leads.domain.errors import DomainError
from leads.domain.import_reading import suggestion
from leads.domain.stages import MOVES, Stage
from leads.global_ids import decode_id
from leads.management.business import find_business
from leads.models import Business, Door, Lead, Membership, Reason
from leads.tenancy import Viewer, system, within


class Command(BaseCommand):
    help = """Move a lead to another stage, with a receipt.

The same table, roles and guards hold as in the API and the admin. Without --as the system moves the lead."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--business", required=True, metavar="SLUG", help="whose lead")
        parser.add_argument("--lead", required=True, help="its reference, its global id or its number")
        parser.add_argument("--to", required=True, help=f"one of {', '.join(stage.value for stage in Stage)}")
        parser.add_argument("--cause", default="", metavar="KEY", help="the key of a reason, to disqualify or lose")
        parser.add_argument("--competitor", default="", help="who won the lead instead")
        parser.add_argument("--reason", default="", help="why, in words")
        parser.add_argument("--until", metavar="YYYY-MM-DD", help="when to look again, for nurture")
        parser.add_argument("--override-reason", default="", help="why to go on without a diagnosis")
        parser.add_argument("--exit-override", default="", help="why to leave the phase though its criteria warn")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="the member on whose behalf")

    def handle(self, *args: Any, **options: Any) -> None:
        business = find_business(options["business"])
        viewer = _viewer(business, options["email"])
        to = _stage(options["to"])
        with within(viewer):
            lead = _lead(options["lead"], viewer)
            try:
                receipt = services.move_lead(
                    lead_id=lead.pk,
                    to=to,
                    expected_revision=lead.revision,
                    reason=options["reason"],
                    nurture_until=_day(options["until"]),
                    override_reason=options["override_reason"],
                    cause_id=_cause(options["cause"], Stage(lead.stage), to, viewer),
                    competitor=options["competitor"],
                    exit_override=options["exit_override"],
                    by=viewer,
                    now=timezone.now(),
                )
            except DomainError as refusal:
                raise CommandError(refusal.message) from refusal
        start = Stage(receipt.from_stage).label
        self.stdout.write(f"{lead}: {start} → {to.label}. Receipt {receipt.pk} says why.")


def _viewer(business: Business, email: str | None) -> Viewer:
    if email is None:
        return system(business, Door.COMMAND)
    members = Membership.objects.filter(business=business, is_active=True).select_related("user")
    found = members.filter(user__email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f'Nobody with the e-mail "{email}" works for {business}.')
    return Viewer(business, found, Door.COMMAND)


def _stage(text: str) -> Stage:
    try:
        return Stage(text.strip().lower())
    except ValueError as error:
        raise CommandError(
            f'There is no stage "{text}".{suggestion(text, [stage.value for stage in Stage])}'
        ) from error


def _lead(text: str, viewer: Viewer) -> Lead:
    text = text.strip()
    visible = Lead.objects.visible_to(viewer)
    found = visible.filter(reference=text).first() if text else None
    if found is None:
        type_name, pk = decode_id(text) or ("", 0)
        if type_name != "Lead":
            pk = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
        found = visible.filter(pk=pk).first()
    if found is None:
        raise CommandError(f'{viewer.business} has no lead "{text}".')
    return found


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f'"{text}" is no day; write one like 2026-04-30.') from error


def _cause(key: str, start: Stage, to: Stage, viewer: Viewer) -> int | None:
    """Return the id of the reason with this key, of the kind that the move takes if it takes one."""
    if not key:
        return None
    found = Reason.objects.visible_to(viewer).filter(key=key)
    move = MOVES[start].get(to)
    reason = found.filter(kind=move.cause).first() if move and move.cause else found.first()
    if reason is None:
        keys = list(Reason.objects.visible_to(viewer).filter(archived_at__isnull=True).values_list("key", flat=True))
        raise CommandError(f'There is no such reason "{key}" for this move.{suggestion(key, keys)}')
    return reason.pk

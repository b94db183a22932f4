"""manage.py calibrate: how well the criteria told won from lost, and a better points card."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads.domain.calibration.report import Report
from leads.domain.calibration.report_json import report_out
from leads.domain.errors import DomainError
from leads.domain.import_reading import suggestion
from leads.management.business import find_business
from leads.management.calibration_text import text_of
from leads.models import Door, QualificationVersion, Status
from leads.services.calibration import calibrate, propose
from leads.tenancy import Viewer, system, within


class Command(BaseCommand):
    help = """Compare every criterion of a published schema with what was won and lost.

Leads count as they were known when their outcome came, never with what was learned later. The report
says how leads converted by criterion and band, how well the score tells won from lost, which
attributes are suspiciously good, and whether a fitted points card does better on leads that it had
not seen. Nothing is written, unless --propose makes a draft of that card; a published version never
changes.

Exit status: 0 when there is a report, whatever it says; 1 when there is none, or no draft although
one was asked for."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("business", metavar="BUSINESS", help="whose leads, by its slug")
        parser.add_argument("--schema", metavar="KEY", help="which schema; may be left out if only one is published")
        parser.add_argument("--propose", action="store_true", help="make a draft of the proposed card, if there is one")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the report")

    def handle(self, *args: Any, **options: Any) -> None:
        viewer = system(find_business(options["business"]), Door.COMMAND)
        try:
            report = calibrate(version_id=_published(viewer, options["schema"]).pk, by=viewer, now=timezone.now())
            self.stdout.write(report_out(report) if options["format"] == "json" else text_of(report))
            if options["propose"]:
                self._propose(report, viewer)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _propose(self, report: Report, viewer: Viewer) -> None:
        with within(viewer):
            draft = propose(report=report, by=viewer)
        self.stderr.write(f"Draft made: {draft}. Read it, change it, publish it in the admin.")


def _published(viewer: Viewer, key: str | None) -> QualificationVersion:
    """Return the published version that is meant; raise CommandError with what there is."""
    with within(viewer):
        versions = QualificationVersion.objects.visible_to(viewer).filter(status=Status.PUBLISHED)
        by_key = {version.schema.key: version for version in versions.select_related("schema")}
    if not by_key:
        raise CommandError(f"{viewer.business.name} has published no schema yet, so nothing judges its leads.")
    if key is None and len(by_key) > 1:
        raise CommandError(f"Say which schema with --schema: {', '.join(sorted(by_key))}.")
    if key is not None and key not in by_key:
        raise CommandError(f'There is no published schema "{key}".{suggestion(key, list(by_key))}')
    return by_key[key] if key is not None else next(iter(by_key.values()))

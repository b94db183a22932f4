"""manage.py qualification_report: whether the levels tell what was won from what was lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from leads.domain.stages import Level
from leads.management.business import find_business
from leads.models import Door
from leads.services.report import LevelOutcomes, QualificationReport, qualification_report
from leads.tenancy import system, within

ROW = "{:<6} {:>9} {:>9} {:>9} {:>11} {:>14}"


class Command(BaseCommand):
    help = """Compare the computed levels and scores with what was won and lost.

"May be higher" counts the leads that an answer to an open question could still lift. The AUC is the
chance that a won lead scores higher than a lost one: 1 is perfect, 0.5 is a coin."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--business", required=True, metavar="SLUG", help="whose leads")

    def handle(self, *args: Any, **options: Any) -> None:
        viewer = system(find_business(options["business"]), Door.COMMAND)
        with within(viewer):
            report = qualification_report(viewer)
        if not report.total.leads:
            self.stdout.write(
                f"No lead of {viewer.business.name} has an outcome yet ({report.undecided} are open), "
                "so there is nothing to compare."
            )
            return
        self.stdout.write(ROW.format("Level", "Leads", "Won", "Lost", "Conversion", "May be higher"))
        for level in Level:
            self.stdout.write(_row(level.name, report.levels[level]))
        self.stdout.write(_row("All", report.total))
        self.stdout.write(f"Leads without an outcome: {report.undecided}")
        self.stdout.write(_auc(report))


def _row(name: str, outcomes: LevelOutcomes) -> str:
    conversion = "–" if outcomes.conversion is None else f"{outcomes.conversion:.1%}"
    return ROW.format(name, outcomes.leads, outcomes.won, outcomes.lost, conversion, outcomes.may_be_higher)


def _auc(report: QualificationReport) -> str:
    if report.auc is None:
        only = "won" if report.total.won else "lost"
        return f"AUC: cannot be said, since all of these leads were {only}."
    return f"AUC of the score: {report.auc:.3f}"

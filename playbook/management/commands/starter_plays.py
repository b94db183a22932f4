"""manage.py starter_plays: give a business the plays of the default process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from leads.management.business import find_business
from playbook.services.plays import begin_plays


class Command(BaseCommand):
    help = """Give a business those plays of the default process that it does not have yet, switched on: from then on
the process creates next steps by itself, as soon as a worker runs (`manage.py worker`)."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--business", required=True, metavar="SLUG", help="whose plays")
        parser.add_argument("--off", action="store_true", help="leave them switched off")

    def handle(self, *args: Any, **options: Any) -> None:
        business = find_business(options["business"])
        made = begin_plays(business, timezone.now(), switched_on=not options["off"])
        self.stdout.write(f"{business} has {made} plays more{', switched off' if options['off'] else ''}.")

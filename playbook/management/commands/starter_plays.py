"""manage.py starter_plays: give a business the plays of the default process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads.domain.errors import DomainError
from leads.management.business import find_business
from leads.models import Door
from leads.tenancy import system
from playbook.services.plays import begin_plays, use_starter_plays


class Command(BaseCommand):
    help = """Switch on the plays of the default process: from then on it creates next steps by itself, as soon
as a worker runs (`manage.py worker`). Every business begins with them, switched off; missing ones are added."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--business", required=True, metavar="SLUG", help="whose plays")
        parser.add_argument("--off", action="store_true", help="only add those that are not there, switched off")

    def handle(self, *args: Any, **options: Any) -> None:
        business = find_business(options["business"])
        if options["off"]:
            self.stdout.write(f"{business} has {begin_plays(business)} plays more, switched off.")
            return
        try:
            switched_on = use_starter_plays(by=system(business, Door.COMMAND), now=timezone.now())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{switched_on} plays of {business} were switched on.")

"""`manage.py demo`: two businesses, a few hundred leads, and the main job acted out over HTTP."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.frontend import Frontend, Refused
from config.demo.seed import BUSINESSES, EVERYWHERE, PASSWORD, seed
from config.demo.server import PortTaken, serving
from config.demo.story import act
from leads.models import Role


class Command(BaseCommand):
    help = "Set two demo businesses up, act the main job out against a running server, and keep serving."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1")
        parser.add_argument("--no-serve", action="store_true", help="end after the story")

    def handle(self, *args: Any, port: int, no_serve: bool, **options: Any) -> None:
        if settings.SERVES_OTHERS:
            raise CommandError("The demo's passwords are public: it runs only where ALLOWED_HOSTS is this machine.")
        self.say("Setting the demo up: database, two businesses, their people, schemas and leads ...")
        call_command("migrate", verbosity=0)
        now = timezone.now()
        seed(settings.BASE_DIR / "var", now, self.say)
        address = f"http://127.0.0.1:{port}"
        try:
            with serving(port) as server:
                act(Frontend(address), now.date(), self.say)
                if not no_serve:
                    self._keep_serving(address, server)
        except PortTaken:
            raise CommandError(f"Something serves on port {port} already. Try: make demo PORT={port + 1}") from None
        except (Refused, RuntimeError) as error:
            raise CommandError(f"The demo did not go as it should: {error}") from error
        except KeyboardInterrupt:
            pass
        self.say("\nDone. The demo's data stays; run it again whenever you like.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _keep_serving(self, address: str, server: Any) -> None:
        self.say(
            f"\nServing on {address}/graphql/ until you press Ctrl-C. Open it in a browser: GraphiQL signs you in."
        )
        self.say(f"Managers author schemas and look leads up on {address}/admin/.")
        self.say(f"The password of everybody is {PASSWORD}. Who there is:")
        self.say(f"   {EVERYWHERE:<34} sells for both businesses (needs X-Business)")
        for business in BUSINESSES:
            for role in Role:
                self.say(f"   {role.value.replace('_', '-') + '@' + business.slug + '.example':<34} {business.name}")
        try:
            while server.poll() is None:
                time.sleep(0.5)
        except KeyboardInterrupt:
            return
        raise RuntimeError(f"the server ended by itself, with status {server.returncode}")

"""Fills an empty database with two businesses, and writes down what the first one's manager can open.

A third business has a manager and nothing else.

Run as `python -m tests.browser.prepare FILE`, with DATABASE_URL naming the database.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments.models import TemplateVersion  # noqa: E402
from leads.models import Business, Membership, QualificationVersion, Role, User  # noqa: E402
from leads.tenancy import Viewer  # noqa: E402
from tests.leads.admin.browser import FOREIGN, PASSWORD, Filled, registered  # noqa: E402
from tests.leads.admin.filling import fill_lists  # noqa: E402


def begin(slug: str, word: str) -> Viewer:
    """Make a business with a manager and nothing else."""
    business = Business.objects.create(slug=slug, name=f"{word} Corporation", currency="EUR", time_zone="Europe/Berlin")
    user = User.objects.create_user(f"manager@{slug}.example", PASSWORD, name=f"{word} manager", is_staff=True)
    return Viewer(business, Membership.objects.create(business=business, user=user, role=Role.MANAGER))


def fill(slug: str, word: str) -> tuple[Viewer, Filled]:
    viewer = begin(slug, word)
    return viewer, fill_lists(viewer, word, timezone.now())


def addresses(viewer: Viewer, filled: Filled) -> list[str]:
    """Return every page: home, the chooser, and of each model its list, its form to add, and every row."""
    request = RequestFactory().get("/admin/")
    request.user, request.viewer = viewer.membership.user, viewer
    found = [reverse(f"admin:{name}") for name in ("index", "choose_business", "password_change", "working_time")]
    for page in registered():
        if page.model is not User:
            found += of_model(page, request, filled)
    return found


def of_model(page: Any, request: Any, filled: Filled) -> list[str]:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    found = [reverse(f"{name}_changelist")]
    found += [reverse(f"{name}_add")] if page.has_add_permission(request) else []
    rows = [filled.business] if page.model is Business else page.model.objects.filter(business=filled.business)
    for row in rows:
        found += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
        if page.model is QualificationVersion:
            found += [reverse(f"{name}_{way}", args=[row.pk]) for way in ("preview", "sample", "trial", "compare")]
        if page.model is TemplateVersion:
            found += [reverse(f"{name}_{way}", args=[row.pk]) for way in ("run", "compare")]
    return found


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    fill("globex", FOREIGN)
    viewer, ours = fill("acme", "ours")
    newcomer = begin("initech", "new")
    found = {
        "email": viewer.membership.user.email,
        "newcomer": newcomer.membership.user.email,
        "pages": addresses(viewer, ours),
    }
    Path(sys.argv[1]).write_text(json.dumps(found))

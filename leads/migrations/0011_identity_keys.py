"""The normal forms of the organizations and contacts that are there already."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

from leads.domain.identity import domain_key, email_key, organization_key, person_key

AT_ONCE = 1_000


def fill_keys(apps: Any, schema_editor: Any) -> None:
    fill(apps.get_model("leads", "Organization"), take_organization_keys, ("name_key", "domain_key"))
    fill(apps.get_model("leads", "Contact"), take_contact_keys, ("email_key", "name_key"))


def fill(model: Any, take: Callable[[Any], None], columns: tuple[str, ...]) -> None:
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        for row in rows:
            take(row)
        model.objects.bulk_update(rows, columns)
        last = rows[-1].pk


def take_organization_keys(row: Any) -> None:
    row.name_key, row.domain_key = organization_key(row.name)[:300], domain_key(row.domain)[:253]


def take_contact_keys(row: Any) -> None:
    row.email_key, row.name_key = email_key(row.email)[:254], person_key(row.name)[:200]


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_merging")]

    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop)]

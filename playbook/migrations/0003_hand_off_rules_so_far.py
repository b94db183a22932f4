"""Every business gets the rules of hand-offs that a new one begins with."""

from typing import Any

from django.db import migrations

DEFAULT_RULES = (("to_inside_sales", "All of inside sales"), ("to_sales", "All of sales"))


def begin_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("playbook", "HandOffRule")
    for business in apps.get_model("leads", "Business").objects.order_by("pk").iterator():
        rules.objects.bulk_create(rules(business=business, kind=kind, name=name) for kind, name in DEFAULT_RULES)


class Migration(migrations.Migration):
    dependencies = [("playbook", "0002_begin_process")]
    operations = [migrations.RunPython(begin_rules, migrations.RunPython.noop)]

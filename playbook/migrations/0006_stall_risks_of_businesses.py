"""Every business gets the stall risks that one begins with."""

from typing import Any

from django.db import migrations

from playbook.domain.stalling import DEFAULT_RISKS


def begin_risks(apps: Any, schema_editor: Any) -> None:
    settings = apps.get_model("playbook", "StallRiskSetting")
    reasons = apps.get_model("leads", "Reason")
    for business in apps.get_model("leads", "Business").objects.all().iterator():
        lost = dict(reasons.objects.filter(business=business, kind="lost").values_list("key", "pk"))
        settings.objects.bulk_create(
            settings(
                business=business,
                key=default.key,
                name=default.name,
                severity=default.severity.value,
                days=default.days,
                predicts_id=lost.get(default.predicts),
                position=position,
            )
            for position, default in enumerate(DEFAULT_RISKS)
        )


class Migration(migrations.Migration):
    dependencies = [("playbook", "0005_stalling")]

    operations = [migrations.RunPython(begin_risks, migrations.RunPython.noop, elidable=True)]

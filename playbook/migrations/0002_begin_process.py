"""Every business gets the default process, and its leads the phases of their stages, since they are in these."""

from typing import Any

from django.db import migrations

from leads.domain.stages import Stage
from playbook.domain.process import DEFAULT_PHASES, phase_of

AT_ONCE = 1_000


def begin(apps: Any, schema_editor: Any) -> None:
    phases = apps.get_model("playbook", "Phase")
    for business in apps.get_model("leads", "Business").objects.order_by("pk"):
        process = apps.get_model("playbook", "SalesProcess").objects.create(business=business)
        for position, spec in enumerate(DEFAULT_PHASES):
            phases.objects.create(
                business=business,
                process=process,
                key=spec.key,
                name=spec.name,
                guidance=spec.guidance,
                begins_with=spec.begins_with.value if spec.begins_with else "",
                position=position,
            )


def enter(apps: Any, schema_editor: Any) -> None:
    """Let leads be in the phases of their stages since they are in these; what was before is not known."""
    leads, stays = apps.get_model("leads", "Lead"), apps.get_model("leads", "Stay")
    for stage in Stage:
        phase = phase_of(DEFAULT_PHASES, stage)
        if phase is None:
            continue
        rows: list[Any] = []
        found = leads.objects.filter(stage=stage.value, phase="")
        for pk, business_id, since in found.values_list("pk", "business_id", "stage_since").iterator(AT_ONCE):
            rows.append(stays(business_id=business_id, lead_id=pk, kind="phase", key=phase.key, began_at=since))
        stays.objects.bulk_create(rows, batch_size=AT_ONCE)
        found.update(phase=phase.key)


class Migration(migrations.Migration):
    dependencies = [("playbook", "0001_initial"), ("leads", "0009_events_so_far")]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]

"""What happened before anything followed from events needs no working off."""

from django.db import migrations

WORKED_OFF = 'UPDATE "leads_event" SET "worked_off_at" = "at" WHERE "worked_off_at" IS NULL'


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_outbox")]

    operations = [migrations.RunSQL(WORKED_OFF, migrations.RunSQL.noop)]

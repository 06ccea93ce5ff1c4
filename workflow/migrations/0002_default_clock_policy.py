"""Version 1 of the clock policy, so that the first demand has limits to run by."""

import datetime as dt

from django.db import migrations

from workflow.clocks import DEFAULT_CLOCK_POLICY


def add(apps, schema_editor):
    apps.get_model("foundation", "Policy").objects.get_or_create(
        kind="clocks",
        version=1,
        defaults={
            "effective_from": dt.date(2020, 1, 1),
            "data": DEFAULT_CLOCK_POLICY,
            "source": DEFAULT_CLOCK_POLICY["source"],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial"), ("foundation", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

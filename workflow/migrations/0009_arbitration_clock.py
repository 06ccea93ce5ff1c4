"""The clock of an arbitration (裁决), and its limit for installations whose newest limits do not know it."""

from django.db import migrations, models

from workflow.clocks import DEFAULT_CLOCK_POLICY

KIND = "ARBITRATION"


def add_version(apps, schema_editor):
    """The newest version with the default limit of the new clock becomes a version of its own."""
    policies = apps.get_model("foundation", "Policy").objects.filter(kind="clocks")
    last = policies.order_by("-effective_from", "-version").first()
    if last is not None and KIND not in last.data["limits"]:
        limits = {**last.data["limits"], KIND: DEFAULT_CLOCK_POLICY["limits"][KIND]}
        policies.create(
            kind="clocks",
            version=policies.order_by("-version").first().version + 1,
            effective_from=last.effective_from,
            data={**last.data, "limits": limits},
            source=last.source,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0008_proposals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clock",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ACCEPT", "受理"),
                    ("COMPLETION", "补正"),
                    ("DISPATCH", "派单"),
                    ("ACKNOWLEDGE", "签收"),
                    ("FIRST_CONTACT", "首联"),
                    ("PLAN", "方案"),
                    ("RESOLVE", "办结"),
                    ("ANSWER", "补充"),
                    ("ARBITRATION", "裁决"),
                    ("REVIEW", "审签"),
                    ("CONFIRM", "确认"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(add_version, migrations.RunPython.noop),
    ]

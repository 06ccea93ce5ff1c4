import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0002_default_clock_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("v", models.PositiveSmallIntegerField(default=1)),
                ("day", models.DateField(unique=True)),
                ("at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("last_event", models.BigIntegerField()),
                ("events", models.PositiveBigIntegerField()),
                ("heads", models.PositiveBigIntegerField()),
                ("heads_root", models.CharField(max_length=64)),
                ("last_tombstone", models.BigIntegerField()),
                ("tombstones", models.PositiveBigIntegerField()),
                ("tombstones_root", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="seal_number_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("heads__lte", models.F("events"))), name="seal_heads_among_events"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("by", models.TextField()),
                ("by_user_id", models.BigIntegerField()),
                ("second", models.TextField()),
                ("second_user_id", models.BigIntegerField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tombstone", to="workflow.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by_user_id", models.F("second_user_id")), _negated=True),
                        name="tombstone_by_two_persons",
                    ),
                ],
            },
        ),
    ]

"""Calendars are data: a table of notices, a table of versions, and the shipped notices as version 1."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from workflow.calendar import SPANS, newest_editions, shipped_notices


def add(apps, schema_editor):
    """The shipped notices are version 1, unless there is a version already."""
    versions = apps.get_model("workflow", "CalendarVersion").objects
    if versions.exists():
        return
    at, notices = timezone.now(), shipped_notices()
    year = apps.get_model("workflow", "CalendarYear")
    year.objects.bulk_create(year(**notice, loaded_at=at) for notice in notices)
    versions.create(
        number=1,
        editions=[f"{notice['year']}-{notice['edition']}" for notice in newest_editions(notices)],
        spans=[[opens.strftime("%H:%M"), closes.strftime("%H:%M")] for opens, closes in SPANS],
        at=at,
        reason="随产品提供的国务院办公厅放假安排",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0003_seals_and_tombstones'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('editions', models.JSONField()),
                ('spans', models.JSONField()),
                ('at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='calendar_version_from_one')],
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('edition', models.PositiveSmallIntegerField()),
                ('notice', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('date', models.DateField()),
                ('source', models.CharField(blank=True, max_length=300)),
                ('days_off', models.JSONField()),
                ('make_up', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'edition'), name='calendar_year_edition_once'), models.CheckConstraint(condition=models.Q(('edition__gte', 1)), name='calendar_edition_from_one')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]

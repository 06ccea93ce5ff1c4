"""People who were there before get an address of their own."""

from django.db import migrations

import foundation.identifiers
from foundation.identifiers import random_id


def fill(apps, schema_editor):
    people = apps.get_model("parties", "User").objects
    for person in people.filter(public_id=None).only("pk").iterator():
        people.filter(pk=person.pk).update(public_id=random_id())


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_directory")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="public_id",
            field=foundation.identifiers.PublicIdField(
                default=foundation.identifiers.random_id, editable=False, unique=True
            ),
        ),
    ]

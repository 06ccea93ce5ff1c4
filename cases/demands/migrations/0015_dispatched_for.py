"""In whose stead a demand was dispatched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("demands", "0014_saved_filters"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="dispatched_for",
            field=models.JSONField(default=list),
        ),
    ]

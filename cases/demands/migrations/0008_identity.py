from django.db import migrations, models

import cases.demands.identity


class Migration(migrations.Migration):
    """Hidden firms. Demands that were submitted before are open, so their alias stays empty and is never shown."""

    dependencies = [
        ("demands", "0006_case_access"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="alias",
            field=models.CharField(default="", editable=False, max_length=12, verbose_name="隐名时的称呼"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="case",
            name="alias",
            field=models.CharField(
                default=cases.demands.identity.new_alias,
                editable=False,
                max_length=12,
                verbose_name="隐名时的称呼",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="contact_relayed",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="case",
            name="identity",
            field=models.CharField(
                choices=[("OPEN", "公开"), ("HIDDEN", "对承办部门隐名")],
                default="OPEN",
                max_length=8,
                verbose_name="身份公开程度",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("identity", "OPEN"),
                    models.Q(("identity", "HIDDEN"), models.Q(("alias", ""), _negated=True)),
                    _connector="OR",
                ),
                name="case_hidden_has_alias",
            ),
        ),
    ]

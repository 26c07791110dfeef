from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("domain", "0003_what_can_be_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="domain",
            name="summary_is_public",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="domain",
            name="time_zone",
            field=models.CharField(db_default="UTC", default="UTC", max_length=40),
        ),
    ]

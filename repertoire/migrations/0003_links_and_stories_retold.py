from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("repertoire", "0002_what_can_be_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="canonical_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="entrylink",
            name="explicit",
            field=models.BooleanField(default=True),
        ),
    ]

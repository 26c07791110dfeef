from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0016_members_can_be_found"),
        ("repertoire", "0007_pictures"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("author_zone__lt", 3), ("state", "live")),
                fields=["written_at"],
                name="revision_by_newcomers",
            ),
        ),
    ]

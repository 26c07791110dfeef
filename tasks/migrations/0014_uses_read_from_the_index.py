from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("domain", "0003_what_can_be_found"),
        ("members", "0016_members_can_be_found"),
        ("repertoire", "0008_latest_by_newcomers"),
        ("tasks", "0013_where_entries_grew"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="citation",
            name="citation_of_entry",
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                fields=["entry", "-cited_at"],
                include=("task", "member", "submission", "review", "explicit"),
                name="uses_of_entry",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                fields=["domain", "cited_at"],
                include=("entry", "task", "review"),
                name="uses_lately",
            ),
        ),
    ]

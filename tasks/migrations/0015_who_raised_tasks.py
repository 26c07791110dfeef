from django.db import migrations, models

#: As far as is known: by whoever is an organizer now.
KNOWN = """
    UPDATE tasks_task SET by_organizer = TRUE FROM members_membership AS raiser
    WHERE raiser.id = tasks_task.raised_by_id AND raiser.is_organizer
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_uses_read_from_the_index")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="by_organizer",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

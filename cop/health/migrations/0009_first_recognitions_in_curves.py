from django.db import migrations


class Migration(migrations.Migration):
    """Forget tables of quarters and medians: the next night works the curves out."""

    dependencies = [
        ("health", "0008_lists_of_cases"),
    ]

    operations = [
        migrations.RunSQL(
            "DELETE FROM health_charttable WHERE chart = 'first-recognition'",
            "DELETE FROM health_charttable WHERE chart = 'first-recognition'",
        ),
    ]

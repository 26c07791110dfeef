from django.db import migrations


class Migration(migrations.Migration):
    """What was found each day is worked out anew, by area, under another name."""

    dependencies = [("health", "0001_readings_and_diagnoses")]

    operations = [migrations.DeleteModel("Diagnosis")]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_disputes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reviewed", "Your work was reviewed"),
                    ("review_waits", "A review waits for you"),
                    ("claim_ends", "Your claim ends soon"),
                    ("claim_ended", "Your seat went back to the board"),
                    ("observed", "Something you observe moved"),
                    ("moved", "You moved inward"),
                    ("threshold", "Somebody became competent here"),
                    ("task", "A task you raised or hold changed"),
                    ("joining", "Someone asks to join, or you were let in"),
                    ("repertoire", "What you wrote was taken in"),
                    (
                        "dispute",
                        "A line of the ledger is disputed, or was answered for",
                    ),
                    ("ring", "Some members mostly recognise each other"),
                ],
                max_length=12,
            ),
        ),
    ]

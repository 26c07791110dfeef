import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("domain", "0004_summaries_and_time_zones"),
        ("members", "0016_members_can_be_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="wants_report",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reviewed", "Your work was reviewed"),
                    ("review_waits", "A review waits for you"),
                    ("stalled", "Work here has waited too long for a verdict"),
                    ("claim_ends", "Your claim ends soon"),
                    ("claim_ended", "Your seat went back to the board"),
                    ("observed", "Something you observe moved"),
                    ("moved", "You moved inward"),
                    ("threshold", "Somebody became competent here"),
                    ("task", "A task you raised or hold changed"),
                    ("joining", "Someone asks to join, or you were let in"),
                    ("companion", "Somebody walks with you, or is asked to"),
                    ("repertoire", "What you wrote was taken in"),
                    (
                        "dispute",
                        "A line of the ledger is disputed, or was answered for",
                    ),
                    ("ring", "Some members mostly recognise each other"),
                    ("pulse", "A question to the members of a community"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "preset",
                    models.CharField(
                        choices=[
                            ("unasked", "Would you do this if nobody asked you to?"),
                            (
                                "learned",
                                "Did you learn something here you could not learn alone?",
                            ),
                            (
                                "of_use",
                                "Do you know somebody for whom your work here was of use?",
                            ),
                            ("mistakes", "Is it safe to make a mistake here?"),
                            ("belonging", "Do you feel that you belong here?"),
                            ("own", "A question of our own"),
                        ],
                        default="unasked",
                        max_length=10,
                    ),
                ),
                ("own_words", models.CharField(blank=True, max_length=160)),
                ("quarter", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("key", models.BinaryField(null=True)),
                ("asked", models.PositiveIntegerField(null=True)),
                ("yes", models.PositiveIntegerField(null=True)),
                ("no", models.PositiveIntegerField(null=True)),
                ("unsure", models.PositiveIntegerField(null=True)),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pulses",
                        to="domain.domain",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "pulse",
                        "token",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token", models.BinaryField(max_length=32)),
                (
                    "said",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")],
                        max_length=6,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=500)),
                (
                    "pulse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="members.pulse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseAsking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.membership",
                    ),
                ),
                (
                    "pulse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="askings",
                        to="members.pulse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulsePlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "preset",
                    models.CharField(
                        choices=[
                            ("unasked", "Would you do this if nobody asked you to?"),
                            (
                                "learned",
                                "Did you learn something here you could not learn alone?",
                            ),
                            (
                                "of_use",
                                "Do you know somebody for whom your work here was of use?",
                            ),
                            ("mistakes", "Is it safe to make a mistake here?"),
                            ("belonging", "Do you feel that you belong here?"),
                            ("own", "A question of our own"),
                        ],
                        default="unasked",
                        max_length=10,
                    ),
                ),
                ("own_words", models.CharField(blank=True, max_length=160)),
                ("is_asked", models.BooleanField(default=True)),
                (
                    "domain",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pulse_plan",
                        to="domain.domain",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.UniqueConstraint(
                fields=("domain", "quarter"), name="pulse_once_a_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("domain",),
                name="pulse_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("preset", "own"), _negated=True),
                    models.Q(("own_words", ""), _negated=True),
                    _connector="OR",
                ),
                name="pulse_has_a_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opened_at"))),
                name="pulse_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked", None), ("closed_at", None), ("key__isnull", False)
                    ),
                    models.Q(
                        ("asked__isnull", False),
                        ("closed_at__isnull", False),
                        ("key", None),
                    ),
                    _connector="OR",
                ),
                name="pulse_closed_without_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("no", None), ("unsure", None), ("words", []), ("yes", None)
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("no__isnull", False),
                        ("unsure__isnull", False),
                        (
                            "yes__gte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(5), "-", models.F("no")
                                ),
                                "-",
                                models.F("unsure"),
                            ),
                        ),
                        ("yes__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="pulse_tells_of_five_or_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulseasking",
            constraint=models.UniqueConstraint(
                fields=("pulse", "membership"), name="pulse_asks_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulseplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("preset", "own"), _negated=True),
                    models.Q(("own_words", ""), _negated=True),
                    _connector="OR",
                ),
                name="pulse_plan_has_a_question",
            ),
        ),
    ]

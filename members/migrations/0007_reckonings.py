import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

ACTIVE = 3
KEPT = (
    "week_at",
    "marks",
    "positioned_at",
    "full_members",
    "recognisers_needed",
    "is_provisional",
    "is_held",
    "rings",
)


def runs_to_reckonings(apps, schema_editor):
    """The weekly runs there are become the reckonings in force."""
    WeeklyRun = apps.get_model("members", "WeeklyRun")
    Reckoning = apps.get_model("members", "Reckoning")
    points = apps.get_model("members", "TrajectoryPoint").objects
    for run in WeeklyRun.objects.all():
        reckoning = Reckoning.objects.create(
            domain_id=run.domain_id,
            state="current",
            begun_at=timezone.now(),
            full=[int(who) for who, mark in run.marks.items() if mark[0] >= ACTIVE],
            **{name: getattr(run, name) for name in KEPT},
        )
        points.filter(membership__domain=run.domain_id).update(reckoning=reckoning)
    # Points without a run were written by nobody.
    points.filter(reckoning=None).delete()


def reckonings_to_runs(apps, schema_editor):
    WeeklyRun = apps.get_model("members", "WeeklyRun")
    Reckoning = apps.get_model("members", "Reckoning")
    in_force = Reckoning.objects.filter(state="current")
    for reckoning in in_force:
        WeeklyRun.objects.create(
            domain_id=reckoning.domain_id,
            **{name: getattr(reckoning, name) for name in KEPT},
        )
    points = apps.get_model("members", "TrajectoryPoint").objects
    points.exclude(reckoning__in=in_force).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("domain", "0002_domains_and_areas"),
        ("members", "0006_rings_are_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="RulesVersion",
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
                ("number", models.PositiveIntegerField()),
                ("changed", models.JSONField(default=dict)),
                ("reason", models.TextField(max_length=500)),
                ("set_at", models.DateTimeField()),
                (
                    "domain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules_versions",
                        to="domain.domain",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("domain", "number"),
                        name="rules_version_numbered_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reckoning",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Being worked out"),
                            ("parked", "Parked"),
                            ("current", "In force"),
                            ("past", "Past"),
                        ],
                        max_length=7,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("week_at", models.DateTimeField(null=True)),
                ("weeks", models.PositiveIntegerField(default=0)),
                ("weeks_done", models.PositiveIntegerField(default=0)),
                ("lines", models.BigIntegerField(default=0)),
                ("taken_back", models.BigIntegerField(default=0)),
                ("marks", models.JSONField(default=dict)),
                (
                    "full",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("rings", models.JSONField(default=list)),
                ("positioned_at", models.DateTimeField(null=True)),
                ("full_members", models.PositiveIntegerField(default=0)),
                ("recognisers_needed", models.PositiveSmallIntegerField(default=1)),
                ("is_provisional", models.BooleanField(default=True)),
                ("is_held", models.BooleanField(default=True)),
                (
                    "domain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reckonings",
                        to="domain.domain",
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reckonings",
                        to="members.rulesversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "current")),
                        fields=("domain",),
                        name="reckoning_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "parked"])),
                        fields=("domain",),
                        name="reckoning_one_beside",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="trajectorypoint",
            name="reckoning",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="members.reckoning",
            ),
        ),
        migrations.RunPython(runs_to_reckonings, reckonings_to_runs),
        # What was written above is checked at once: constraints come next.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"
        ),
        migrations.AlterField(
            model_name="trajectorypoint",
            name="reckoning",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="members.reckoning",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="trajectorypoint", name="trajectory_one_point_at_a_time"
        ),
        migrations.AddConstraint(
            model_name="trajectorypoint",
            constraint=models.UniqueConstraint(
                fields=("membership", "reckoning", "at"),
                name="trajectory_one_point_at_a_time",
            ),
        ),
        migrations.DeleteModel(name="WeeklyRun"),
    ]

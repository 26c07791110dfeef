import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

#: The words of a text as they are weighed: what it is called, what it is in a sentence,
#: and the rest. What it is called is kept as it is written, too, and without accents:
#: endings are cut off what is searched for only once it is typed to its end. Of a text
#: too long for PostgreSQL to take apart, the beginning is read.
WORDS = """
CREATE FUNCTION findable_words(language text, title text, gist text, body text)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT setweight(
        to_tsvector(language::regconfig, title)
        || to_tsvector('simple', unaccent(title)), 'A'
    )
    || setweight(to_tsvector(language::regconfig, gist), 'B')
    || setweight(to_tsvector(language::regconfig, left(body, 100000)), 'C')
$$
"""
#: What is deleted is found no more; a trigger names the kind.
GONE = """
CREATE FUNCTION findable_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM domain_findable
    WHERE kind = TG_ARGV[0] AND key IN (SELECT id FROM gone);
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("domain", "0002_domains_and_areas"),
    ]

    operations = [
        migrations.CreateModel(
            name="Findable",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("entry", "Repertoire"),
                            ("task", "Tasks"),
                            ("member", "People"),
                            ("note", "Log"),
                        ],
                        max_length=6,
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("members_only", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("english", "English"),
                            ("arabic", "Arabic"),
                            ("armenian", "Armenian"),
                            ("basque", "Basque"),
                            ("catalan", "Catalan"),
                            ("danish", "Danish"),
                            ("dutch", "Dutch"),
                            ("finnish", "Finnish"),
                            ("french", "French"),
                            ("german", "German"),
                            ("greek", "Greek"),
                            ("hindi", "Hindi"),
                            ("hungarian", "Hungarian"),
                            ("indonesian", "Indonesian"),
                            ("irish", "Irish"),
                            ("italian", "Italian"),
                            ("lithuanian", "Lithuanian"),
                            ("nepali", "Nepali"),
                            ("norwegian", "Norwegian"),
                            ("portuguese", "Portuguese"),
                            ("romanian", "Romanian"),
                            ("russian", "Russian"),
                            ("serbian", "Serbian"),
                            ("spanish", "Spanish"),
                            ("swedish", "Swedish"),
                            ("tamil", "Tamil"),
                            ("turkish", "Turkish"),
                            ("yiddish", "Yiddish"),
                            ("simple", "Another, or several"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("spelled", models.TextField(blank=True)),
                ("search", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.AddField(
            model_name="domain",
            name="language",
            field=models.CharField(
                choices=[
                    ("english", "English"),
                    ("arabic", "Arabic"),
                    ("armenian", "Armenian"),
                    ("basque", "Basque"),
                    ("catalan", "Catalan"),
                    ("danish", "Danish"),
                    ("dutch", "Dutch"),
                    ("finnish", "Finnish"),
                    ("french", "French"),
                    ("german", "German"),
                    ("greek", "Greek"),
                    ("hindi", "Hindi"),
                    ("hungarian", "Hungarian"),
                    ("indonesian", "Indonesian"),
                    ("irish", "Irish"),
                    ("italian", "Italian"),
                    ("lithuanian", "Lithuanian"),
                    ("nepali", "Nepali"),
                    ("norwegian", "Norwegian"),
                    ("portuguese", "Portuguese"),
                    ("romanian", "Romanian"),
                    ("russian", "Russian"),
                    ("serbian", "Serbian"),
                    ("spanish", "Spanish"),
                    ("swedish", "Swedish"),
                    ("tamil", "Tamil"),
                    ("turkish", "Turkish"),
                    ("yiddish", "Yiddish"),
                    ("simple", "Another, or several"),
                ],
                default="english",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="domain",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "language__in",
                        [
                            "english",
                            "arabic",
                            "armenian",
                            "basque",
                            "catalan",
                            "danish",
                            "dutch",
                            "finnish",
                            "french",
                            "german",
                            "greek",
                            "hindi",
                            "hungarian",
                            "indonesian",
                            "irish",
                            "italian",
                            "lithuanian",
                            "nepali",
                            "norwegian",
                            "portuguese",
                            "romanian",
                            "russian",
                            "serbian",
                            "spanish",
                            "swedish",
                            "tamil",
                            "turkish",
                            "yiddish",
                            "simple",
                        ],
                    )
                ),
                name="domain_known_language",
            ),
        ),
        migrations.AddField(
            model_name="findable",
            name="area",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="domain.area",
            ),
        ),
        migrations.AddField(
            model_name="findable",
            name="domain",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="findables",
                to="domain.domain",
            ),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="findable_search"
            ),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("kind", "entry")),
                fields=["names"],
                name="findable_names",
            ),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("spelled", name="gin_trgm_ops"),
                condition=models.Q(("spelled", ""), _negated=True),
                name="findable_spelled",
            ),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=models.Index(fields=["kind", "-at"], name="findable_latest"),
        ),
        migrations.AddIndex(
            model_name="findable",
            index=models.Index(
                fields=["domain", "kind", "-at"],
                include=("language",),
                name="findable_latest_here",
            ),
        ),
        migrations.AddConstraint(
            model_name="findable",
            constraint=models.UniqueConstraint(
                fields=("kind", "key"), name="findable_once"
            ),
        ),
        migrations.RunSQL(
            WORDS, "DROP FUNCTION findable_words(text, text, text, text)"
        ),
        migrations.RunSQL(GONE, "DROP FUNCTION findable_gone()"),
    ]

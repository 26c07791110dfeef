from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache that outlives Redis, as ``createcachetable`` makes it.

    Here, so that ``migrate`` is the only step of an installation.
    """

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX cache_expires ON cache (expires);
            """,
            "DROP TABLE cache",
        )
    ]

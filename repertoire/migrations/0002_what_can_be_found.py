"""What a search reads of entries, kept true by triggers.

New rows are read together, however many a statement brings. A changed row is read again
only when something changed that is read of it.
"""

from django.db import migrations

#: ``locking`` keeps others from changing the entries meanwhile, for whoever has not
#: changed them just now.
READ = """
CREATE FUNCTION findable_entry(keys bigint[], locking boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF locking THEN
        PERFORM FROM repertoire_entry WHERE id = ANY (keys)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    DELETE FROM domain_findable WHERE kind = 'entry' AND key = ANY (keys)
    AND NOT EXISTS (
        SELECT FROM repertoire_entry e
        WHERE e.id = key AND e.retired_at IS NULL AND e.current_id IS NOT NULL
    );
    INSERT INTO domain_findable (
        kind, key, domain_id, area_id, members_only, at, language, names, spelled, search
    )
    SELECT
        'entry', e.id, e.domain_id, e.area_id, false,
        greatest(e.changed_at, e.confirmed_at), d.language,
        ARRAY(SELECT lower(name) FROM unnest(n.names) name),
        lower(unaccent(array_to_string(e.title || e.aliases::text[], ', '))),
        findable_words(
            d.language, array_to_string(n.names, E'\\n'), e.meaning, r.body
        )
    FROM repertoire_entry e
    JOIN domain_domain d ON d.id = e.domain_id
    JOIN repertoire_revision r ON r.id = e.current_id,
    -- Names it went by before still lead to it.
    LATERAL (SELECT e.title || e.aliases::text[] || ARRAY(
        SELECT replace(slug, '-', ' ') FROM unnest(e.former_slugs) slug
    ) AS names) n
    WHERE e.id = ANY (keys) AND e.retired_at IS NULL
    ORDER BY e.id
    ON CONFLICT ON CONSTRAINT findable_once DO UPDATE SET (
        domain_id, area_id, members_only, at, language, names, spelled, search
    ) = (
        excluded.domain_id, excluded.area_id, excluded.members_only, excluded.at,
        excluded.language, excluded.names, excluded.spelled, excluded.search
    );
END $$
"""
TRIGGERS = """
CREATE FUNCTION findable_entry_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_entry(ARRAY(SELECT id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION findable_entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_entry(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
-- An import may write entries before the versions they show.
CREATE FUNCTION findable_revision_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_entry(ARRAY(
        SELECT e.id FROM written w JOIN repertoire_entry e ON e.current_id = w.id
    ));
    RETURN NULL;
END $$;
CREATE FUNCTION findable_revision_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_entry(ARRAY(
        SELECT id FROM repertoire_entry WHERE current_id = NEW.id
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER findable_entry_written AFTER INSERT ON repertoire_entry
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION findable_entry_written();
CREATE TRIGGER findable_entry_changed AFTER UPDATE ON repertoire_entry
FOR EACH ROW WHEN ((
    OLD.domain_id, OLD.area_id, OLD.title, OLD.aliases, OLD.former_slugs, OLD.meaning,
    OLD.current_id, OLD.changed_at, OLD.confirmed_at, OLD.retired_at
) IS DISTINCT FROM (
    NEW.domain_id, NEW.area_id, NEW.title, NEW.aliases, NEW.former_slugs, NEW.meaning,
    NEW.current_id, NEW.changed_at, NEW.confirmed_at, NEW.retired_at
)) EXECUTE FUNCTION findable_entry_changed();
CREATE TRIGGER findable_entry_gone AFTER DELETE ON repertoire_entry
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION findable_gone('entry');
CREATE TRIGGER findable_revision_written AFTER INSERT ON repertoire_revision
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION findable_revision_written();
CREATE TRIGGER findable_revision_changed AFTER UPDATE ON repertoire_revision
FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body)
EXECUTE FUNCTION findable_revision_changed()
"""
UNDONE = """
DROP TRIGGER findable_revision_changed ON repertoire_revision;
DROP TRIGGER findable_revision_written ON repertoire_revision;
DROP TRIGGER findable_entry_gone ON repertoire_entry;
DROP TRIGGER findable_entry_changed ON repertoire_entry;
DROP TRIGGER findable_entry_written ON repertoire_entry;
DROP FUNCTION findable_revision_changed();
DROP FUNCTION findable_revision_written();
DROP FUNCTION findable_entry_changed();
DROP FUNCTION findable_entry_written();
DELETE FROM domain_findable WHERE kind = 'entry'
"""
WHAT_THERE_IS = "SELECT findable_entry(ARRAY(SELECT id FROM repertoire_entry))"


class Migration(migrations.Migration):
    dependencies = [
        ("repertoire", "0001_entries_and_revisions"),
        ("domain", "0003_what_can_be_found"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="entry", name="entry_search"),
        migrations.RemoveField(model_name="entry", name="search"),
        migrations.RunSQL(READ, "DROP FUNCTION findable_entry(bigint[], boolean)"),
        migrations.RunSQL(TRIGGERS, UNDONE),
        migrations.RunSQL(WHAT_THERE_IS, migrations.RunSQL.noop),
    ]

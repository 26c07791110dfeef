"""What a search reads of members, kept true by triggers.

New rows are read together, however many a statement brings. A changed row is read again
only when something changed that is read of it.
"""

from django.db import migrations

#: ``locking`` keeps others from changing them meanwhile, for whoever has not changed
#: them just now.
READ = """
CREATE FUNCTION findable_member(keys bigint[], locking boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF locking THEN
        PERFORM FROM members_membership WHERE id = ANY (keys)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    DELETE FROM domain_findable WHERE kind = 'member' AND key = ANY (keys)
    AND NOT EXISTS (
        SELECT FROM members_membership m WHERE m.id = key AND m.left_at IS NULL
    );
    INSERT INTO domain_findable (
        kind, key, domain_id, area_id, members_only, at, language, names, spelled, search
    )
    SELECT
        'member', m.id, m.domain_id, m.main_area_id, false,
        coalesce(m.last_recognised_at, m.joined_at), d.language, '{}',
        lower(unaccent(m.name)),
        findable_words(
            d.language, concat_ws(' ', m.name, replace(m.handle, '-', ' ')), '', ''
        )
    FROM members_membership m JOIN domain_domain d ON d.id = m.domain_id
    WHERE m.id = ANY (keys) AND m.left_at IS NULL
    ORDER BY m.id
    ON CONFLICT ON CONSTRAINT findable_once DO UPDATE SET (
        domain_id, area_id, members_only, at, language, names, spelled, search
    ) = (
        excluded.domain_id, excluded.area_id, excluded.members_only, excluded.at,
        excluded.language, excluded.names, excluded.spelled, excluded.search
    );
END $$
"""
TRIGGERS = """
CREATE FUNCTION findable_member_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_member(ARRAY(SELECT id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION findable_member_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_member(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER findable_member_written AFTER INSERT ON members_membership
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION findable_member_written();
CREATE TRIGGER findable_member_changed AFTER UPDATE ON members_membership
FOR EACH ROW WHEN ((
    OLD.domain_id, OLD.main_area_id, OLD.name, OLD.handle, OLD.left_at, OLD.joined_at,
    OLD.last_recognised_at
) IS DISTINCT FROM (
    NEW.domain_id, NEW.main_area_id, NEW.name, NEW.handle, NEW.left_at, NEW.joined_at,
    NEW.last_recognised_at
)) EXECUTE FUNCTION findable_member_changed();
CREATE TRIGGER findable_member_gone AFTER DELETE ON members_membership
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION findable_gone('member')
"""
UNDONE = """
DROP TRIGGER findable_member_gone ON members_membership;
DROP TRIGGER findable_member_changed ON members_membership;
DROP TRIGGER findable_member_written ON members_membership;
DROP FUNCTION findable_member_changed();
DROP FUNCTION findable_member_written();
DELETE FROM domain_findable WHERE kind = 'member'
"""
WHAT_THERE_IS = "SELECT findable_member(ARRAY(SELECT id FROM members_membership))"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0015_companions"),
        ("domain", "0003_what_can_be_found"),
    ]

    operations = [
        migrations.RunSQL(READ, "DROP FUNCTION findable_member(bigint[], boolean)"),
        migrations.RunSQL(TRIGGERS, UNDONE),
        migrations.RunSQL(WHAT_THERE_IS, migrations.RunSQL.noop),
    ]

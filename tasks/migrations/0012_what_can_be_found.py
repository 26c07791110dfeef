"""What a search reads of tasks and their logs, kept true by triggers.

New rows are read together, however many a statement brings. A changed row is read again
only when something changed that is read of it.
"""

from django.db import migrations

#: ``locking`` keeps others from changing them meanwhile, for whoever has not changed
#: them just now.
READ_TASKS = """
CREATE FUNCTION findable_task(keys bigint[], locking boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF locking THEN
        PERFORM FROM tasks_task WHERE id = ANY (keys) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    INSERT INTO domain_findable (
        kind, key, domain_id, area_id, members_only, at, language, names, spelled, search
    )
    SELECT
        'task', t.id, t.domain_id, t.area_id, t.state = 'draft',
        coalesce(t.closed_at, t.opened_at, t.raised_at), d.language, '{}',
        lower(unaccent(t.title)),
        findable_words(
            d.language, t.title, concat_ws(E'\\n', t.use, t.beneficiary),
            concat_ws(E'\\n', t.brief, t.done_means)
        )
    FROM tasks_task t JOIN domain_domain d ON d.id = t.domain_id
    WHERE t.id = ANY (keys)
    ORDER BY t.id
    ON CONFLICT ON CONSTRAINT findable_once DO UPDATE SET (
        domain_id, area_id, members_only, at, language, names, spelled, search
    ) = (
        excluded.domain_id, excluded.area_id, excluded.members_only, excluded.at,
        excluded.language, excluded.names, excluded.spelled, excluded.search
    );
END $$
"""
READ_NOTES = """
CREATE FUNCTION findable_note(keys bigint[], locking boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF locking THEN
        PERFORM FROM tasks_logentry WHERE id = ANY (keys) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    INSERT INTO domain_findable (
        kind, key, domain_id, area_id, members_only, at, language, names, spelled, search
    )
    SELECT
        'note', n.id, t.domain_id, t.area_id, t.state = 'draft', n.written_at,
        d.language, '{}', '', findable_words(d.language, '', '', n.body)
    FROM tasks_logentry n
    JOIN tasks_task t ON t.id = n.task_id
    JOIN domain_domain d ON d.id = t.domain_id
    WHERE n.id = ANY (keys)
    ORDER BY n.id
    ON CONFLICT ON CONSTRAINT findable_once DO UPDATE SET (
        domain_id, area_id, members_only, at, language, names, spelled, search
    ) = (
        excluded.domain_id, excluded.area_id, excluded.members_only, excluded.at,
        excluded.language, excluded.names, excluded.spelled, excluded.search
    );
END $$
"""
TRIGGERS = """
CREATE FUNCTION findable_task_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_task(ARRAY(SELECT id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION findable_task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_task(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
-- Its notes are found by whoever finds the task.
CREATE FUNCTION findable_task_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_note(
        ARRAY(SELECT id FROM tasks_logentry WHERE task_id = NEW.id), true
    );
    RETURN NULL;
END $$;
CREATE FUNCTION findable_note_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_note(ARRAY(SELECT id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION findable_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM findable_note(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER findable_task_written AFTER INSERT ON tasks_task
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION findable_task_written();
CREATE TRIGGER findable_task_changed AFTER UPDATE ON tasks_task
FOR EACH ROW WHEN ((
    OLD.domain_id, OLD.area_id, OLD.title, OLD.use, OLD.beneficiary, OLD.brief,
    OLD.done_means, OLD.raised_at, OLD.opened_at, OLD.closed_at, OLD.state = 'draft'
) IS DISTINCT FROM (
    NEW.domain_id, NEW.area_id, NEW.title, NEW.use, NEW.beneficiary, NEW.brief,
    NEW.done_means, NEW.raised_at, NEW.opened_at, NEW.closed_at, NEW.state = 'draft'
)) EXECUTE FUNCTION findable_task_changed();
CREATE TRIGGER findable_task_moved AFTER UPDATE ON tasks_task
FOR EACH ROW WHEN ((OLD.domain_id, OLD.area_id, OLD.state = 'draft')
IS DISTINCT FROM (NEW.domain_id, NEW.area_id, NEW.state = 'draft'))
EXECUTE FUNCTION findable_task_moved();
CREATE TRIGGER findable_task_gone AFTER DELETE ON tasks_task
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION findable_gone('task');
CREATE TRIGGER findable_note_written AFTER INSERT ON tasks_logentry
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION findable_note_written();
CREATE TRIGGER findable_note_changed AFTER UPDATE ON tasks_logentry
FOR EACH ROW WHEN ((OLD.task_id, OLD.body, OLD.written_at)
IS DISTINCT FROM (NEW.task_id, NEW.body, NEW.written_at))
EXECUTE FUNCTION findable_note_changed();
CREATE TRIGGER findable_note_gone AFTER DELETE ON tasks_logentry
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION findable_gone('note')
"""
UNDONE = """
DROP TRIGGER findable_note_gone ON tasks_logentry;
DROP TRIGGER findable_note_changed ON tasks_logentry;
DROP TRIGGER findable_note_written ON tasks_logentry;
DROP TRIGGER findable_task_gone ON tasks_task;
DROP TRIGGER findable_task_moved ON tasks_task;
DROP TRIGGER findable_task_changed ON tasks_task;
DROP TRIGGER findable_task_written ON tasks_task;
DROP FUNCTION findable_note_changed();
DROP FUNCTION findable_note_written();
DROP FUNCTION findable_task_moved();
DROP FUNCTION findable_task_changed();
DROP FUNCTION findable_task_written();
DELETE FROM domain_findable WHERE kind IN ('task', 'note')
"""
WHAT_THERE_IS = """
SELECT findable_task(ARRAY(SELECT id FROM tasks_task));
SELECT findable_note(ARRAY(SELECT id FROM tasks_logentry))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0011_reviews_on_their_way"),
        ("domain", "0003_what_can_be_found"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_search"),
        migrations.RemoveField(model_name="task", name="search"),
        migrations.RunSQL(READ_TASKS, "DROP FUNCTION findable_task(bigint[], boolean)"),
        migrations.RunSQL(READ_NOTES, "DROP FUNCTION findable_note(bigint[], boolean)"),
        migrations.RunSQL(TRIGGERS, UNDONE),
        migrations.RunSQL(WHAT_THERE_IS, migrations.RunSQL.noop),
    ]

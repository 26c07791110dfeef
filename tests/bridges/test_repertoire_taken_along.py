"""A repertoire taken along and back in: exact, once, and over nobody's writing."""

import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.asserts import assertContains, assertNotContains

from cop.bridges.models import Identity
from cop.bridges.repertoire import bringing, folder, stream
from cop.bridges.repertoire.bringing import NotBrought
from domain.centrality import Zone
from domain.models import Domain
from repertoire import confirming, proposing, revising
from repertoire.models import Entry, EntryLink, Revision, ToldOrigin
from repertoire.text import Text
from tasks import growing, sources
from tasks.models import LogEntry, Point, Verdict
from tests.makers import (
    NOON,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


def later(hours):
    return NOON + timedelta(hours=hours, microseconds=hours)


@pytest.fixture
def domain():
    return make_domain(name="River Watch", founded_at=NOON - timedelta(days=400))


@pytest.fixture
def bea(domain):
    return make_full(domain=domain, name="Bea <of the> Mill", handle="bea")


@pytest.fixture
def maya(domain):
    return make_membership(domain=domain, name="Maya Lindt", handle="maya")


def write(by, title, body="", *, kind=Entry.Kind.TERM, at=NOON, **given):
    text = Text(title, given.pop("meaning", "Water carried along."), body)
    return revising.write(
        domain=by.domain, membership=by, kind=kind, text=text, at=at, **given
    )


def revise(entry, by, *, at, why="", because_path="", aliases=None, **changed):
    entry.refresh_from_db()
    text = Text.of(entry.current)
    text = Text(
        changed.get("title", text.title),
        changed.get("meaning", text.meaning),
        changed.get("body", text.body),
    )
    return revising.revise(
        entry=entry,
        membership=by,
        base=entry.current,
        text=text,
        why=why,
        because_path=because_path,
        aliases=aliases,
        at=at,
    )


@pytest.fixture
def lived(domain, bea, maya):
    """A repertoire that went through all that a repertoire goes through."""
    blank = write(
        bea,
        "Field blank",
        "Pour it *first*.\n\n---\n\n    code: yes",
        aliases=["blank", "Trip: “blank”"],
        area=domain.areas.first(),
    )
    jar = write(
        bea, "Jar", "Hold it by the rim. See [[Field blank]], [[lid]].", at=later(1)
    )
    revise(jar, bea, at=later(2), title="Sample jar", why='Said "jar": which?')
    revise(blank, maya, at=later(3), body="Pour it *first*!\n\n---\n\n    code: yes")
    proposed = revise(
        blank,
        maya,
        at=later(4),
        why="Cold days",
        because_path=f"/c/{domain.slug}/tasks/7/",
        body="Pour it *first*!\n\nBelow five degrees carry two of them, or the one you "
        "have will crack on the way home and nobody will know what it had in it.",
    )
    proposing.take_in(
        proposal=proposed.revision,
        membership=bea,
        words="Thank you, Maya!",
        at=later(5),
    )
    write(maya, "Never taken in", at=later(6))
    flood = write(bea, "Flood of 2024", "It rose.", kind=Entry.Kind.STORY, at=later(7))
    other = write(
        bea, "Flood of 2024", "A rule.", kind=Entry.Kind.APPROACH, at=later(7)
    )
    confirming.confirm(entry=blank, membership=bea, at=later(8))
    confirming.retire(entry=other, membership=bea, at=later(9))
    Entry.objects.filter(pk=other.pk).update(overtaken_by=flood)
    revise(flood, bea, at=later(10), body="", meaning="It rose. Ünïcode 🪣")
    return domain


def elsewhere():
    return make_domain(
        name="River Watch", areas=(), founded_at=NOON - timedelta(days=400)
    )


def streamed(domain):
    return b"".join(stream.written(domain))


def bring_stream(domain, told, name="told"):
    return bringing.bring_in_stream(domain=domain, file=BytesIO(told), name=name)


def unpacked(domain, path):
    for name, content in folder.files(domain):
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path


def bring_folder(domain, path, by=None, at=NOON + timedelta(days=2)):
    return bringing.bring_in_folder(domain=domain, path=path, by=by, at=at)


# Exact


def test_a_folder_says_what_is_known_of_each_entry(lived):
    files = dict(folder.files(lived))

    assert list(files) == [
        "README.md",
        "approaches/flood-of-2024.md",
        "stories/flood-of-2024.md",
        "vocabulary/field-blank.md",
        "vocabulary/sample-jar.md",
    ]
    assert files["vocabulary/field-blank.md"].decode() == (
        "---\n"
        'title: "Field blank"\n'
        "kind: term\n"
        'meaning: "Water carried along."\n'
        'aliases: ["blank", "Trip: “blank”"]\n'
        'area: "Sampling"\n'
        "written_at: 2026-11-16T12:00:00Z\n"
        f'written_by: "Bea <of the> Mill <bea@{lived.slug}.invalid>"\n'
        "changed_at: 2026-11-16T17:00:00.000005Z\n"
        f'changed_by: "Maya Lindt <maya@{lived.slug}.invalid>"\n'
        "confirmed_at: 2026-11-16T20:00:00.000008Z\n"
        f'confirmed_by: "Bea <of the> Mill <bea@{lived.slug}.invalid>"\n'
        "---\n\n"
        "Pour it *first*!\n\nBelow five degrees carry two of them, or the one you "
        "have will crack on the way home and nobody will know what it had in it.\n"
    )
    assert b'former_slugs: ["jar"]' in files["vocabulary/sample-jar.md"]
    assert (
        b"retired_at: 2026-11-16T21:00:00.000009Z\n"
        b'overtaken_by: "stories/flood-of-2024"\n'
    ) in files["approaches/flood-of-2024.md"]


def test_a_folder_comes_back_byte_for_byte(lived, tmp_path):
    before = dict(folder.files(lived))
    empty = elsewhere()

    brought = bring_folder(empty, unpacked(lived, tmp_path))

    assert brought.written == 4
    assert dict(folder.files(empty)) == before


def test_a_history_comes_back_byte_for_byte(lived):
    told, before = streamed(lived), dict(folder.files(lived))
    empty = elsewhere()

    brought = bring_stream(empty, told)

    assert (brought.written, brought.versions) == (4, 8)
    assert streamed(empty) == told
    assert dict(folder.files(empty)) == before


def test_a_history_keeps_who_wrote_what_from_which_version_and_why(lived):
    empty = elsewhere()
    bring_stream(empty, streamed(lived))

    def remembered(domain):
        versions = Revision.objects.living().filter(entry__domain=domain)
        return list(
            versions.order_by("entry__kind", "entry__slug", "number").values_list(
                "entry__slug",
                "number",
                "base__number",
                "author__name",
                "author_zone",
                "title",
                "meaning",
                "body",
                "why",
                "because_path",
                "is_mend",
                "settled_by__name",
                "settled_at",
                "settled_words",
                "written_at",
            )
        )

    assert remembered(empty) == remembered(lived)
    taken_in = Revision.objects.get(
        entry__domain=empty, settled_words="Thank you, Maya!"
    )
    assert taken_in.author_zone == Zone.PERIPHERY
    assert taken_in.entry.current == taken_in


def test_the_same_repertoire_is_told_in_the_same_bytes(lived):
    assert streamed(lived) == streamed(lived)


def test_git_reads_the_history_and_checks_out_the_folder(lived, tmp_path):
    def git(*command, **given):
        return subprocess.run(
            ["git", "-C", str(tmp_path), *command],
            check=True,
            capture_output=True,
            **given,
        ).stdout

    git("init", "--quiet", "--initial-branch=main")
    git("fast-import", "--quiet", input=streamed(lived))
    git("checkout", "--quiet", "main")

    log = git("log", "--reverse", "--format=%an|%cn|%aI|%s").decode().splitlines()
    assert len(log) == 8 + 1
    assert log[2] == (
        'Bea ‹of the› Mill|Bea ‹of the› Mill|2026-11-16T14:00:00+00:00|Said "jar": which?'
    )
    assert log[4].startswith("Maya Lindt|Bea ‹of the› Mill|2026-11-16T16:00:00+00:00|")
    renamed = git("log", "--diff-filter=R", "--name-status", "--format=").decode()
    assert renamed.split()[1:] == ["vocabulary/jar.md", "vocabulary/sample-jar.md"]
    tracked = git("ls-files").decode().split()
    files = dict(folder.files(lived))
    assert sorted(tracked) == sorted(files)
    assert {name: (tmp_path / name).read_bytes() for name in tracked} == files


# Where it grew, and what is told on


@pytest.fixture
def grown(lived, bea, maya):
    """A story out of a note, which others retell; a word out of a remark on work that
    came back."""
    task = make_task(domain=lived, title="Walk the transect")
    note = LogEntry.objects.create(
        task=task, author=maya, body="It rose: “two”\n\nmetres.", written_at=later(11)
    )
    returned = make_verdict(
        Verdict.RETURNED,
        submission=make_submission(task=make_task(domain=lived), membership=maya),
        reviewer=bea,
    )
    returned.submission.outcome = Verdict.RETURNED
    returned.submission.settled_at = returned.sent_at
    returned.submission.save()
    point = Point.objects.create(review=returned, number=1, text="Say which bank.")
    for kind, said, about, title, becomes in (
        ("note", note, task, "The flood at noon", Entry.Kind.STORY),
        ("remark", point, returned.submission.task, "Home bank", Entry.Kind.TERM),
    ):
        source = sources.find(kind, said.pk, task=about, reader=bea, at=later(12))
        growing.write(
            source=source,
            membership=bea,
            kind=becomes,
            text=Text(title, "What it is.", f"> {source.words}"),
            at=later(12),
        )
    lived.entries.filter(title="The flood at noon").update(canonical_at=later(13))
    return lived


def test_a_folder_says_whose_words_a_version_grew_out_of(grown, bea):
    files = dict(folder.files(grown))
    told = files["stories/the-flood-at-noon.md"].decode()
    task = grown.tasks.get(title="Walk the transect")

    assert "canonical_at: 2026-11-17T01:00:00.000013Z\n" in told
    assert (
        f'grew_out_of: {{"said_by": "Maya Lindt <maya@{grown.slug}.invalid>", '
        '"doing": "working", "task": "Walk the transect", '
        f'"path": "{task.url_of_note(task.log.get().pk)}", '
        '"words": "It rose: “two”\\n\\nmetres."}\n'
    ) in told
    top = files["vocabulary/home-bank.md"].decode().split("---\n")[1]
    assert f'"said_by": "Bea <of the> Mill <bea@{grown.slug}.invalid>"' in top
    assert '"doing": "reviewing"' in top
    # Of work that came back visitors read whose words they are, and no more.
    assert "which bank" not in top


@pytest.mark.parametrize("way", ["folder", "stream"])
def test_where_it_grew_and_what_is_told_on_come_back_exactly(
    way, client, grown, tmp_path
):
    told, before = streamed(grown), dict(folder.files(grown))
    empty = elsewhere()

    if way == "stream":
        bring_stream(empty, told)
        assert streamed(empty) == told
    else:
        bring_folder(empty, unpacked(grown, tmp_path))

    assert dict(folder.files(empty)) == before
    story = Entry.objects.get(domain=empty, title="The flood at noon")
    assert story.canonical_at == later(13)
    assert story.current.told_origin.author.name == "Maya Lindt"
    assert ToldOrigin.objects.count() == 2
    page = client.get(story.get_absolute_url())
    assertContains(page, "Grew out of work")
    assertContains(page, "working on Walk the transect")
    assertNotContains(page, "#note_")


# Once


def test_brought_in_again_nothing_is_new(lived, tmp_path):
    told, path = streamed(lived), unpacked(lived, tmp_path)
    empty = elsewhere()
    bring_stream(empty, told)
    revisions = Revision.objects.count()

    again = bring_stream(empty, told)
    as_folder = bring_folder(empty, path)
    at_home = bring_stream(lived, told)

    assert (again.written, again.versions, again.known) == (0, 0, 4)
    assert (as_folder.written, as_folder.known) == (0, 4)
    assert (at_home.versions, at_home.known) == (0, 4)
    assert Revision.objects.count() == revisions
    assert streamed(empty) == told


def test_a_later_history_adds_what_was_written_since(lived, bea):
    empty = elsewhere()
    bring_stream(empty, streamed(lived))
    entry = Entry.objects.get(domain=lived, slug="sample-jar")
    revise(entry, bea, at=later(20), body="Hold it by the rim, gloves on.")

    brought = bring_stream(empty, streamed(lived))

    copy = Entry.objects.get(domain=empty, slug="sample-jar")
    assert (brought.written, brought.versions) == (0, 1)
    assert copy.current.body == "Hold it by the rim, gloves on."
    assert copy.current.base.number == 2
    assert copy.changed_at == later(20)


def test_an_import_killed_half_way_is_finished_by_the_next(lived, monkeypatch):
    told, empty = streamed(lived), elsewhere()
    monkeypatch.setattr(bringing, "VERSIONS_AT_ONCE", 3)
    written = []

    def dying(versions):
        written.append(versions)
        if len(written) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bringing.bring_in_stream(
            domain=empty, file=BytesIO(told), name="told", progress=dying
        )
    assert Revision.objects.filter(entry__domain=empty).count() == 6
    brought = bring_stream(empty, told)

    assert brought.versions == 2
    assert streamed(empty) == told
    assert EntryLink.objects.filter(source__domain=empty).count() == 2


# People, words, links


def test_those_who_wrote_elsewhere_are_known_from_it_alone(lived):
    empty = elsewhere()

    bring_stream(empty, streamed(lived))

    people = empty.memberships.order_by("handle")
    assert [(one.handle, one.name, one.member) for one in people] == [
        ("bea", "Bea <of the> Mill", None),
        ("maya", "Maya Lindt", None),
    ]
    assert sorted(
        Identity.objects.filter(domain=empty).values_list("known_as", flat=True)
    ) == [f"bea@{lived.slug}.invalid", f"maya@{lived.slug}.invalid"]


def test_a_stranger_of_the_same_handle_is_somebody_else(lived):
    empty = elsewhere()
    own = make_full(domain=empty, name="Bea Corva", handle="bea")

    bring_stream(empty, streamed(lived))

    entry = Entry.objects.get(domain=empty, slug="field-blank")
    assert entry.written_by != own
    assert entry.written_by.handle == "bea-2"
    assert streamed(empty) == streamed(lived)


def test_members_come_home_to_their_own_writing(lived, bea):
    told = streamed(lived)
    Entry.objects.filter(domain=lived).delete()

    bring_stream(lived, told)

    assert Entry.objects.get(domain=lived, slug="field-blank").written_by == bea
    assert not Identity.objects.filter(domain=lived).exists()


def test_links_lead_and_words_are_explained_at_once(lived):
    empty = elsewhere()
    version = empty.vocabulary_version

    bring_stream(empty, streamed(lived))

    links = EntryLink.objects.filter(source__domain=empty)
    assert [(link.target and link.target.title, link.wanted) for link in links] == [
        ("Field blank", ""),
        (None, "lid"),
    ]
    assert Domain.objects.get(pk=empty.pk).vocabulary_version > version


def test_words_met_in_passing_are_noted_beside_what_is_linked(lived, bea):
    write(bea, "Dry week", "The field blank stood in the sun.", at=later(11))
    empty = elsewhere()

    bring_stream(empty, streamed(lived))

    met = EntryLink.objects.filter(source__domain=empty, explicit=False)
    assert [(link.source.title, link.target.title) for link in met] == [
        ("Dry week", "Field blank")
    ]


# Over nobody's writing


def test_a_history_that_tells_otherwise_is_refused_whole_and_says_where(lived, bea):
    empty = elsewhere()
    own = make_full(domain=empty)
    write(own, "Field blank", "Something else altogether.")
    told = streamed(lived)

    with pytest.raises(NotBrought) as refused:
        bring_stream(empty, told, "rivers.git")

    [trouble, *_others] = refused.value.troubles
    assert told.split(b"\n")[trouble.line - 1] == b"commit refs/heads/main"
    assert str(trouble).startswith("rivers.git, line 2: “Field blank” is here")
    assert Entry.objects.filter(domain=empty).count() == 1
    assert not Identity.objects.filter(domain=empty).exists()


def test_a_file_that_says_otherwise_is_refused_whole_and_says_which(lived, tmp_path):
    empty = elsewhere()
    own = make_full(domain=empty)
    write(own, "Field blank", "Something else altogether.")

    with pytest.raises(NotBrought) as refused:
        bring_folder(empty, unpacked(lived, tmp_path), by=own)

    assert [(one.path, one.line) for one in refused.value.troubles] == [
        ("vocabulary/field-blank.md", 1)
    ]
    assert Entry.objects.filter(domain=empty).count() == 1


def test_what_is_proposed_here_is_not_taken_in_by_the_way(lived, tmp_path):
    empty = elsewhere()
    write(make_membership(domain=empty), "Field blank", "Mine.")

    for bring in (
        lambda: bring_stream(empty, streamed(lived)),
        lambda: bring_folder(empty, unpacked(lived, tmp_path)),
    ):
        with pytest.raises(
            NotBrought, match=r"vocabulary/field-blank\.md, line 1: .*propos"
        ):
            bring()


def test_everything_in_the_way_is_told_at_once(lived, tmp_path):
    path = unpacked(lived, tmp_path)
    (path / "vocabulary/field-blank.md").write_bytes(b"# Field blank\n")
    (path / "vocabulary/a b.md").write_bytes(b"")
    (path / "tools").mkdir()
    (path / "stories/flood-of-2024.md").rename(path / "tools/flood-of-2024.md")

    with pytest.raises(NotBrought) as refused:
        bring_folder(elsewhere(), path)

    assert [(one.path, one.line) for one in refused.value.troubles] == [
        ("vocabulary/a b.md", 1),
        ("vocabulary/field-blank.md", 1),
        ("tools/flood-of-2024.md", 1),
    ]


@pytest.mark.parametrize(
    "break_",
    [lambda told: told[:-40], lambda told: told.replace(b"data ", b"date ", 1)],
)
def test_a_broken_stream_is_refused_before_anything_is_written(lived, break_):
    empty = elsewhere()

    with pytest.raises(NotBrought, match=r"told, line \d+: "):
        bring_stream(empty, break_(streamed(lived)))

    assert not Entry.objects.filter(domain=empty).exists()


# Files changed by hand


@pytest.fixture
def path(lived, tmp_path):
    return unpacked(lived, tmp_path)


def edit(path, name, old, new):
    file = path / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_a_changed_file_is_a_change_by_whoever_brings_it(lived, path, bea):
    edit(path, "vocabulary/sample-jar.md", "by the rim", "by the rim, gloves on")
    edit(path, "vocabulary/sample-jar.md", "kind: term", 'kind: term\naliases: ["jug"]')

    brought = bring_folder(lived, path, by=bea)

    entry = Entry.objects.get(domain=lived, slug="sample-jar")
    assert (brought.revised, brought.known) == (1, 3)
    assert (entry.current.number, entry.current.author) == (3, bea)
    assert "gloves on" in entry.current.body
    assert entry.aliases == ["jug"]


def test_nobody_is_taken_for_who_changed_a_file(lived, path):
    edit(path, "vocabulary/sample-jar.md", "by the rim", "by the lid")

    with pytest.raises(NotBrought, match="--by"):
        bring_folder(lived, path)


def test_a_changed_file_meets_what_others_changed_meanwhile(lived, path, bea):
    blank = Entry.objects.get(domain=lived, slug="field-blank")
    revise(blank, bea, at=later(30), meaning="Clean water carried along.")
    edit(path, "vocabulary/field-blank.md", "carry two", "carry three")

    bring_folder(lived, path, by=bea)

    blank.refresh_from_db()
    assert blank.current.meaning == "Clean water carried along."
    assert "carry three" in blank.current.body


def test_where_both_changed_the_same_line_the_living_text_stays(lived, path, bea):
    jar = Entry.objects.get(domain=lived, slug="sample-jar")
    revise(jar, bea, at=later(30), body="Hold it by the handle.")
    edit(path, "vocabulary/sample-jar.md", "by the rim", "by the lid")
    lines = (path / "vocabulary/sample-jar.md").read_text().split("\n")

    with pytest.raises(NotBrought) as refused:
        bring_folder(lived, path, by=bea)

    [trouble] = refused.value.troubles
    assert "by the lid" in lines[trouble.line - 1]
    assert "changed the same lines meanwhile (version 3)" in trouble.sentence
    jar.refresh_from_db()
    assert jar.current.body == "Hold it by the handle."


def test_a_newcomers_changed_file_is_a_proposal(lived, path, maya):
    edit(
        path, "vocabulary/sample-jar.md", "Hold it", "Never on any account hold it" * 5
    )

    brought = bring_folder(lived, path, by=maya)

    assert (brought.revised, brought.proposed) == (0, 1)


def test_an_old_copy_brings_nothing_back(lived, path, bea):
    jar = Entry.objects.get(domain=lived, slug="sample-jar")
    revise(jar, bea, at=later(30), body="Hold it by the handle.")

    assert bring_folder(lived, path, by=bea).revised == 0
    jar.refresh_from_db()
    assert jar.current.body == "Hold it by the handle."


def test_a_file_written_by_hand_is_written_by_whoever_brings_it(lived, tmp_path, bea):
    file = tmp_path / "tools/pump.md"
    file.parent.mkdir()
    file.write_text("---\ntitle: Pump\nkind: tool\n---\nPrime it.\n")

    with pytest.raises(NotBrought, match="--by"):
        bring_folder(lived, tmp_path)
    bring_folder(lived, tmp_path, by=bea, at=later(50))

    entry = Entry.objects.get(domain=lived, slug="pump")
    assert (entry.written_by, entry.written_at) == (bea, later(50))


# The commands


def test_the_commands_go_there_and_back(lived, tmp_path, capsysbinary):
    empty, more = elsewhere(), elsewhere()
    there, told = tmp_path / "there", tmp_path / "told"

    call_command("export_repertoire", lived.slug, str(there))
    call_command("export_repertoire", lived.slug, str(told), "--fast-import")
    call_command("export_repertoire", lived.slug, "-", "--fast-import")
    out = capsysbinary.readouterr().out
    call_command("import_repertoire", empty.slug, str(there))
    call_command("import_repertoire", more.slug, str(told))
    told_again = capsysbinary.readouterr().out.decode()

    assert out.endswith(told.read_bytes())
    assert (
        "4 entries new, 0 changed, 0 proposed, 0 known already; 8 versions."
        in told_again
    )
    assert dict(folder.files(empty)) == dict(folder.files(lived))
    assert streamed(more) == told.read_bytes()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["export_repertoire", "nowhere", "x"], "no community “nowhere”"),
        (["export_repertoire", "{slug}", "{path}"], "is not empty"),
        (["export_repertoire", "{slug}", "-"], "name one"),
        (
            ["export_repertoire", "{slug}", "{path}/told", "--fast-import"],
            "File exists",
        ),
        (["import_repertoire", "nowhere", "x"], "no community “nowhere”"),
        (["import_repertoire", "{slug}", "{path}/none"], "No such file"),
        (["import_repertoire", "{slug}", "{path}", "--by", "noor"], "goes by “noor”"),
        (["import_repertoire", "{slug}", "{path}/told"], "Nothing was taken in"),
    ],
)
def test_a_command_says_what_is_in_the_way(domain, tmp_path, command, says):
    (tmp_path / "told").write_text("nonsense")
    given = {"slug": domain.slug, "path": tmp_path}

    with pytest.raises(CommandError, match=says):
        call_command(*(word.format(**given) for word in command))

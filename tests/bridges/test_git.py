"""Histories of small repositories, made here commit by commit."""

import gzip
import json
import os
import shutil
import subprocess
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from cop.bridges import git
from cop.bridges.models import History, ImportedAct
from domain.models import Domain
from members.models import Membership, Participation
from tests.makers import make_domain

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="There is no git.")

MAYA = "Maya Lindt <maya@example.org>"
AMARA = "Amara Okoye <amara@example.org>"
NOOR = "Noor Haddad <noor@example.org>"
JUN = "Jun Sato <jun@example.org>"


class Repository:
    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.hour = 0
        self.run("init", "--quiet", "--initial-branch=main")

    def run(self, *arguments, author=MAYA, committer=None, data=None):
        self.hour += 1
        at = f"2026-03-02T{self.hour:02}:00:00Z"
        who = {}
        for role, contact in (("AUTHOR", author), ("COMMITTER", committer or author)):
            name, _space, address = contact.rpartition(" ")
            who |= {
                f"GIT_{role}_NAME": name,
                f"GIT_{role}_EMAIL": address.strip("<>"),
                f"GIT_{role}_DATE": at,
            }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={"PATH": os.environ["PATH"], "HOME": str(self.path), **who},
            input=data,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def commit(self, message, *, files=("data/sheet",), **who):
        for name in files:
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a") as file:
                file.write(f"{message}\n")
        self.run("add", "--all")
        data = message if isinstance(message, bytes) else message.encode()
        self.run("commit", "--quiet", "--allow-empty", "-F", "-", data=data, **who)
        return self.run("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "river watch")


def acts(repository, **given):
    past = git.past_of(repository.path)
    how = {"key": b"key", "names": True, **given}
    return [act for about in git.acts_of(repository.path, past, **how) for act in about]


def told(repository, **given):
    """Who did what to whom, by name."""
    found = acts(repository, **given)
    names = {act.actor: act.name for act in found}
    return sorted(
        (act.name, act.kind.value, names.get(act.subject, act.subject)) for act in found
    )


def test_a_commit_is_a_contribution_when_it_was_committed(repository):
    repository.commit(
        "Type in sheet 14\n\nBy hand.", files=["data/a", "data/b", "docs/read.md"]
    )

    [act] = acts(repository)

    assert (act.name, act.kind, act.subject) == ("Maya Lindt", "contribution", None)
    assert act.t == datetime(2026, 3, 2, repository.hour - 1, tzinfo=UTC)
    assert (act.area, act.files, act.docs_only) == ("data", 3, False)
    assert act.size == 9
    assert act.title == "Type in sheet 14"


def test_trailers_tell_who_did_what(repository):
    repository.commit(
        "Type in sheet 14\n\nLong words.\n\n"
        f"Co-authored-by: {NOOR}\n"
        f"Reviewed-by: {AMARA}\n"
        f"Reported-and-tested-by: {MAYA} # twice\n"
        "Helped-by: Lena Sund <lena@example.org>\n"
        "Mentored-by: Sven Moor <sven@example.org>\n"
        "Acked-by: sven@example.org\n"
        f"Signed-off-by: {JUN}\n",
        author=JUN,
    )

    found = told(repository)

    assert [one[:2] for one in found if one[2] is None] == [
        ("Jun Sato", "contribution"),
        ("Noor Haddad", "contribution"),
    ]
    for author in ("Jun Sato", "Noor Haddad"):
        assert [one[:2] for one in found if one[2] == author] == [
            ("Amara Okoye", "review"),
            ("Lena Sund", "help"),
            ("Maya Lindt", "report"),
            ("Maya Lindt", "test"),
            ("Sven Moor", "ack"),
            ("Sven Moor", "mentor"),
        ]


def test_nobody_vouches_for_their_own_work(repository):
    repository.commit(
        f"Sheet\n\nCo-authored-by: {NOOR}\nReviewed-by: {NOOR}\nAcked-by: {JUN}\n",
        author=JUN,
    )

    assert {kind for _name, kind, _subject in told(repository)} == {"contribution"}


def test_who_committed_anothers_work_integrated_it(repository):
    repository.commit("Sheet 14", author=JUN, committer=AMARA)
    repository.commit("Sheet 15", author=JUN, committer="GitHub <noreply@github.com>")

    assert [one for one in told(repository) if one[1] != "contribution"] == [
        ("Amara Okoye", "integrate", "Jun Sato")
    ]


def test_a_merge_speaks_for_what_it_brought_in(repository):
    repository.commit("First")
    repository.run("checkout", "--quiet", "-b", "side")
    repository.commit("Sheet 14", author=JUN, files=["data/a"])
    repository.commit("Sheet 15", author=NOOR, files=["data/b"])
    repository.run("checkout", "--quiet", "main")
    repository.commit("Meanwhile", files=["data/c"])
    message = f"Take in the sheets\n\nReviewed-by: {MAYA}\n"
    repository.run("merge", "--quiet", "--no-ff", "-m", message, "side", author=AMARA)

    found = told(repository)

    assert [one for one in found if one[1] == "contribution"] == [
        ("Jun Sato", "contribution", None),
        ("Maya Lindt", "contribution", None),
        ("Maya Lindt", "contribution", None),
        ("Noor Haddad", "contribution", None),
    ]
    assert [one for one in found if one[1] != "contribution"] == [
        ("Amara Okoye", "integrate", "Jun Sato"),
        ("Amara Okoye", "integrate", "Noor Haddad"),
        ("Maya Lindt", "review", "Jun Sato"),
        ("Maya Lindt", "review", "Noor Haddad"),
    ]


def test_the_mailmap_is_heard_in_trailers_too(repository):
    (repository.path / ".mailmap").write_text(
        "Jun Sato <jun@example.org> <old@example.net>\n"
        "Amara Okoye <amara@example.org> Ama <ama@example.net>\n"
    )
    repository.commit("One", author="J <old@example.net>")
    repository.commit("Two\n\nReviewed-by: Ama <ama@example.net>", author=JUN)
    repository.commit("Three", author=AMARA)

    found = acts(repository)

    people = {act.actor: act.name for act in found}
    assert sorted(people.values()) == ["Amara Okoye", "Jun Sato"]


def test_bots_do_nothing(repository):
    repository.commit("Bump", author="dependabot[bot] <bot@example.org>")

    assert acts(repository) == []


def test_without_names_nothing_tells_who_or_what(repository):
    made = repository.commit("Sheet 14 by Jun", author=JUN, committer=AMARA)

    found = acts(repository, names=False)

    words = json.dumps([[act.actor, act.work, act.name, act.title] for act in found])
    for telling in ("jun", "amara", "sheet", made, made[:12]):
        assert telling not in words.lower()
    other = acts(repository, names=False, key=b"other")
    assert {act.actor for act in found}.isdisjoint(act.actor for act in other)
    named = acts(repository)
    assert [act.actor for act in named] == [act.actor for act in found]


def test_since_a_day_people_stay_who_they_were(repository):
    repository.commit("Early", author="Jun Sato <first@example.org>")
    repository.hour = 0
    environment = {"GIT_COMMITTER_DATE": "2026-05-01T00:00:00Z"}
    subprocess.run(
        ["git", "-c", "user.name=Jun Sato", "-c", "user.email=jun@example.org",
         "commit", "--quiet", "--allow-empty", "-m", "Late"],
        cwd=repository.path, env={**os.environ, **environment}, check=True,
    )  # fmt: skip

    late = acts(repository, since=date(2026, 4, 1))

    assert [act.title for act in late] == ["Late"]
    assert {act.actor for act in late} == {act.actor for act in acts(repository)}


def test_odd_paths_names_and_encodings_break_nothing(repository):
    odd = ["dir\nname/a\tb", "data/\x1f\x1e", "spaß/ü"]
    repository.commit("Odd", files=odd, author="Jün\x1f Sato <jun@example.org>")
    repository.run("mv", "spaß/ü", "data/moved")
    repository.commit("Moved", files=[])
    repository.run("config", "i18n.commitEncoding", "latin1")
    repository.commit(
        b"Gr\xfc\xdfe\n\nReviewed-by: J\xf6rg M\xfcller <joerg@example.org>\n",
        files=["data/g"],
    )
    repository.run("config", "i18n.commitEncoding", "utf-8")
    repository.commit(b"\xff\xfe broken\n", files=["data/h"])

    found = acts(repository)

    assert len([act for act in found if act.kind == "contribution"]) == 4
    assert "Jörg Müller" in {act.name for act in found}
    assert "Grüße" in {act.title for act in found}
    moved = next(act for act in found if act.title == "Moved")
    assert (moved.size, moved.area) == (0, "data")


def test_where_one_folder_holds_most_its_folders_are_the_areas(repository):
    repository.commit("All", files=["src/a/x", "src/a/y", "src/b/z", "docs/i"])

    assert [act.area for act in acts(repository)] == ["src/a"]


def test_the_repositorys_settings_run_nothing(repository, tmp_path):
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\ncat\n")
    program.chmod(0o755)
    repository.commit("One", files=["a.x"])
    (repository.path / ".gitattributes").write_text("*.x diff=x\n")
    for setting in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program"):
        repository.run("config", setting, str(program))
    for setting in ("diff.x.textconv", "diff.x.command"):
        repository.run("config", setting, str(program))
    repository.run("config", "log.showSignature", "true")

    assert len(acts(repository)) == 1
    assert not ran.exists()


@pytest.mark.django_db
class TestTheCommand:
    def bring_in(self, repository, *more):
        call_command("import_git", str(repository.path), "--domain", "river", *more)
        return Domain.objects.get(slug="river")

    def fill(self, repository):
        for number in range(12):
            author, reviewer = (JUN, AMARA) if number % 2 else (NOOR, MAYA)
            message = f"Sheet {number}\n\nReviewed-by: {reviewer}\n"
            repository.commit(message, author=author, files=[f"data/{number}"])

    def test_a_repository_becomes_a_community(self, repository, capsys):
        self.fill(repository)

        domain = self.bring_in(repository, "--create", "--names")

        names = domain.memberships.order_by("name").values_list("name", flat=True)
        assert list(names) == ["Amara Okoye", "Jun Sato", "Maya Lindt", "Noor Haddad"]
        assert Participation.objects.filter(kind="recognised").count() == 12
        assert [area.name for area in domain.areas.all()] == ["Data"]
        assert "contribution 12" in capsys.readouterr().out
        assert not History.objects.get(domain=domain).counts_integrations

    def test_names_come_only_when_asked_for(self, repository):
        self.fill(repository)

        domain = self.bring_in(repository, "--create")
        people = set(domain.memberships.values_list("pk", flat=True))
        acts_before = ImportedAct.objects.count()
        pseudonyms = set(domain.memberships.values_list("name", flat=True))
        self.bring_in(repository, "--names")

        assert all(name.startswith("m_") for name in pseudonyms)
        assert set(domain.memberships.values_list("pk", flat=True)) == people
        assert Membership.objects.filter(name="Jun Sato").count() == 1
        assert ImportedAct.objects.count() == acts_before

    def test_running_again_brings_only_what_is_new(self, repository):
        self.fill(repository)
        domain = self.bring_in(repository, "--create")
        before = ImportedAct.objects.filter(domain=domain).count()

        self.bring_in(repository)
        same = ImportedAct.objects.filter(domain=domain).count()
        repository.commit("One more", author=JUN)
        self.bring_in(repository)

        assert same == before
        assert ImportedAct.objects.filter(domain=domain).count() == before + 1

    def test_where_nobody_names_reviewers_integrations_count(self, repository):
        for number in range(3):
            repository.commit(f"Sheet {number}", author=JUN, committer=AMARA)

        domain = self.bring_in(repository, "--create")

        assert History.objects.get(domain=domain).counts_integrations
        assert Participation.objects.filter(kind="recognised").count() == 3

    def test_the_acts_can_be_kept(self, repository, tmp_path):
        self.fill(repository)
        make_domain(slug="river")
        kept = tmp_path / "kept.jsonl.gz"

        self.bring_in(repository, "--out", str(kept))
        call_command("import_history", str(kept), "--domain", "elsewhere", "--create")

        with gzip.open(kept, "rt") as file:
            heading, *lines = [json.loads(line) for line in file]
        assert heading == {"format": "cop-history", "version": 1}
        acts_there = ImportedAct.objects.filter(domain__slug="elsewhere")
        assert acts_there.count() == len(lines)

    def test_without_git_it_says_so(self, repository, monkeypatch):
        monkeypatch.setenv("PATH", "")

        with pytest.raises(CommandError, match="needs the program git"):
            self.bring_in(repository, "--create")

    def test_a_folder_that_is_no_repository_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="git could not read"):
            call_command("import_git", str(tmp_path), "--domain", "river", "--create")

        assert not Domain.objects.exists()

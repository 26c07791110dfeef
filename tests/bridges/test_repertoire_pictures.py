"""Pictures go along with the texts that show them, and come back: exact, once, clean."""

import hashlib
import re
import subprocess
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from cop.bridges.repertoire import bringing, folder, pages, stream
from cop.bridges.repertoire.bringing import NotBrought
from cop.bridges.repertoire.pictures import Arriving, Leaving
from domain import filing, pictures
from repertoire import illustrating, markup
from repertoire.models import Entry, Picture
from repertoire.text import Text
from tests.bridges.test_repertoire_taken_along import (
    bring_folder,
    bring_stream,
    edit,
    elsewhere,
    later,
    revise,
    streamed,
    unpacked,
    write,
)
from tests.domain.test_pictures import WHERE, a_jpeg, a_png, chunk, exif, segment
from tests.makers import NOON, make_domain, make_full

pytestmark = pytest.mark.django_db

JAR, SHEET = a_png(), a_jpeg(segment(0xE1, exif(6)))
JAR_NAME = f"{hashlib.sha256(JAR).hexdigest()}.png"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files_in(media):
    return [file for file in media.rglob("*") if file.is_file()]


@pytest.fixture
def domain():
    return make_domain(name="River Watch", founded_at=NOON)


@pytest.fixture
def bea(domain):
    return make_full(domain=domain, name="Bea Corva", handle="bea")


def add(by, content=JAR, words="A jar [on] ice", name="jar.png"):
    file = SimpleUploadedFile(name, content)
    return illustrating.add(
        domain=by.domain, membership=by, file=file, words=words, at=NOON
    )


@pytest.fixture
def shown(domain, bea):
    """A jar in two entries and a sheet in an old version; one more in no text."""
    jar = add(bea, a_png(chunk(b"tEXt", WHERE)))
    sheet = add(bea, SHEET, "The sheet", "sheet.jpg")
    add(bea, a_png(chunk(b"sRGB", b"\0")), "Shown nowhere")
    maya = make_full(domain=domain, name="Maya Lindt", handle="maya")
    body = f"Hold it so:\n\n{illustrating.markdown_of(jar)}"
    entry = write(maya, "Sample jar", body, at=later(1))
    table = f"| <{jar.get_absolute_url()}> |\n\n[jar]: {jar.get_absolute_url()} 'Jar'"
    write(bea, "Field blank", table, at=later(2))
    revise(entry, bea, at=later(3), body=illustrating.markdown_of(sheet))
    entry.refresh_from_db()
    revise(entry, bea, at=later(4), body=body)
    return domain


# Out


def test_texts_lead_to_pictures_beside_them(shown):
    files = dict(folder.files(shown))

    assert [name for name in files if "pictures" in name] == [f"pictures/{JAR_NAME}"]
    assert files[f"pictures/{JAR_NAME}"] == JAR
    told = files["vocabulary/sample-jar.md"].decode()
    assert told.endswith(
        f"Hold it so:\n\n![A jar \\[on\\] ice](../pictures/{JAR_NAME})\n"
    )
    told = files["vocabulary/field-blank.md"].decode()
    assert told.endswith(
        f"| <../pictures/{JAR_NAME}> |\n\n[jar]: ../pictures/{JAR_NAME} 'Jar'\n"
    )


def test_a_picture_comes_with_the_first_commit_that_shows_it(shown):
    told, clean = streamed(shown), pictures.clean(SHEET).content

    assert (told.count(JAR), told.count(clean), told.count(b"blob\n")) == (1, 1, 2)
    assert told.startswith(b"feature done\nblob\nmark :1\n")
    kinds = [type(one).__name__ for one in _read(told)]
    assert (
        kinds
        == [*("Shown", "Version", "Version", "Shown"), *["Version"] * 2]
        + ["Standing"] * 2
    )


def _read(told):
    return stream.read(BytesIO(told))


def test_git_checks_the_pictures_out(shown, tmp_path):
    def git(*command, **given):
        return subprocess.run(
            ["git", "-C", str(tmp_path / "there"), *command],
            check=True,
            capture_output=True,
            **given,
        ).stdout

    (tmp_path / "there").mkdir()
    git("init", "--quiet", "--initial-branch=main")
    git("fast-import", "--quiet", input=streamed(shown))
    git("checkout", "--quiet", "main")

    files = dict(folder.files(shown))
    tracked = git("ls-files").decode().split()
    there = tmp_path / "there"
    assert {name: (there / name).read_bytes() for name in tracked} == files
    first = git("log", "--diff-filter=A", "--format=%s", "--", "pictures").decode()
    assert len(first.split("\n")) == 2 + 1
    assert git("ls-tree", "--name-only", "main~1", "pictures/").count(b"\n") == 2


def test_a_picture_whose_file_was_lost_keeps_its_address(shown):
    jar = shown.pictures.get(digest=JAR_NAME.removesuffix(".png"))
    jar.file.storage.delete(jar.file.name)

    files = dict(folder.files(shown))

    assert not any("pictures" in name for name in files)
    assert jar.get_absolute_url().encode() in files["vocabulary/sample-jar.md"]
    streamed(shown)


# And back


@pytest.mark.parametrize("way", ["folder", "stream"])
def test_they_come_back_exactly(way, client, shown, tmp_path):
    told, before = streamed(shown), dict(folder.files(shown))
    empty = elsewhere()

    if way == "stream":
        bring_stream(empty, told)
        assert streamed(empty) == told
    else:
        bring_folder(empty, unpacked(shown, tmp_path / "there"))

    assert dict(folder.files(empty)) == before
    kept = empty.pictures.get(digest=JAR_NAME.removesuffix(".png"))
    assert (kept.words, kept.name, kept.media_type, kept.size) == (
        # The first file of the folder that shows it says no words for it.
        "A jar [on] ice" if way == "stream" else "Field blank",
        JAR_NAME,
        "image/png",
        len(JAR),
    )
    assert empty.pictures.count() == (2 if way == "stream" else 1)
    entry = Entry.objects.get(domain=empty, slug="sample-jar")
    page = client.get(entry.get_absolute_url())
    assertContains(page, f'<img src="{kept.get_absolute_url()}" alt="A jar [on] ice"')
    seen = client.get(kept.get_absolute_url())
    assert b"".join(seen.streaming_content) == JAR


def test_whose_version_shows_it_first_has_added_it(shown):
    empty = elsewhere()

    bring_stream(empty, streamed(shown))

    assert list(
        empty.pictures.order_by("added_at").values_list("added_by__name", "added_at")
    ) == [("Maya Lindt", later(1)), ("Bea Corva", later(3))]


def test_brought_in_again_or_home_nothing_is_new(shown, tmp_path, media):
    told, path = streamed(shown), unpacked(shown, tmp_path / "there")
    empty = elsewhere()
    bring_stream(empty, told)
    before = Picture.objects.count(), len(files_in(media))

    assert bring_stream(empty, told).versions == 0
    assert bring_folder(empty, path).known == 2
    assert bring_stream(shown, told).versions == 0
    assert bring_folder(shown, path).known == 2
    assert (Picture.objects.count(), len(files_in(media))) == before


def test_the_commands_carry_them(shown, tmp_path):
    empty, more = elsewhere(), elsewhere()
    there, told = tmp_path / "there", tmp_path / "told"

    call_command("export_repertoire", shown.slug, str(there))
    call_command("export_repertoire", shown.slug, str(told), "--fast-import")
    call_command("import_repertoire", empty.slug, str(there))
    call_command("import_repertoire", more.slug, str(told))

    assert (there / "pictures" / JAR_NAME).read_bytes() == JAR
    assert dict(folder.files(empty)) == dict(folder.files(shown))
    assert streamed(more) == told.read_bytes()


def test_the_download_holds_them(shown, client):
    address = reverse("bridges:download", args=[shown.slug])
    packed = b"".join(client.get(address).streaming_content)

    with zipfile.ZipFile(BytesIO(packed)) as archive:
        picture = archive.getinfo(f"{shown.slug}-repertoire/pictures/{JAR_NAME}")
        assert picture.compress_type == zipfile.ZIP_STORED
        assert archive.read(picture) == JAR


# Whatever a text says


ADDRESS = st.sampled_from(["/c/{}/repertoire/pictures/{}/", "/c/{}/repertoire/"])
PIECES = st.lists(
    ADDRESS
    | st.sampled_from(
        [
            *(
                "./",
                "../",
                "../pictures/",
                f"../pictures/{JAR_NAME}",
                "x.png",
                "X.JPEG",
            ),
            *("(", ")", "<", ">", " ", "\n", "![a](", ":", "[a]: ", ".", "/", "`"),
        ]
    ),
    max_size=12,
).map("".join)


@pytest.fixture
def ways(domain, bea, tmp_path):
    jar = add(bea)
    arriving, leaving = Arriving(domain, tmp_path), Leaving(domain)
    arriving.lay_down(JAR_NAME, JAR)
    list(arriving.amiss(Text("", "", f"../pictures/{JAR_NAME}")))
    return jar, leaving, arriving


def test_whatever_a_text_says_it_comes_back(ways):
    jar, leaving, arriving = ways

    @given(PIECES)
    @example("./" + "/c/{}/repertoire/pictures/{}/")
    @example("(/c/{}/repertoire/pictures/{}/)(./../pictures/x.png)")
    def comes_back(pieces):
        text = Text("Jar", "", pieces.replace("{}", jar.domain.slug, 1))
        text = Text("Jar", "", text.body.replace("{}", str(jar.pk)))
        told = leaving.told(text)
        assert arriving.told_here(told) == text
        assert {*pages.pictures_in(told)} <= {JAR_NAME}

    comes_back()


def test_the_longest_text_with_pictures_comes_back(shown, bea, tmp_path):
    jar = illustrating.markdown_of(shown.pictures.order_by("pk").first())
    write(bea, "Atlas", f"{jar}\n\n".ljust(markup.LONGEST, "x"), at=later(5))
    told = streamed(shown)

    bring_stream(shown, told)
    with pytest.raises(NotBrought, match="characters"):
        bring_stream(make_domain(slug="a" * 50), told)


# From hands


def by_hand(path, body):
    file = path / "tools/pump.md"
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(f"---\ntitle: Pump\nkind: tool\n---\n{body}\n")
    (path / "pictures").mkdir(exist_ok=True)
    return path / "pictures"


def test_a_picture_put_there_by_hand_is_cleaned_like_an_upload(domain, bea, tmp_path):
    beside = by_hand(
        tmp_path, "![A\n\\*pump\\*](../pictures/IMG_7.JPG) ![](../pictures/b.png)"
    )
    taken = a_jpeg(segment(0xE1, exif(6)), segment(0xFE, WHERE))
    (beside / "IMG_7.JPG").write_bytes(taken)
    (beside / "b.png").write_bytes(a_png(chunk(b"tEXt", WHERE)))

    bring_folder(domain, tmp_path, by=bea, at=later(9))

    sheet, jar = domain.pictures.order_by("pk")
    assert (sheet.words, jar.words) == ("A *pump*", "Pump")
    assert (sheet.added_by, sheet.added_at) == (bea, later(9))
    with sheet.file.open() as file:
        assert WHERE not in file.read()
    assert Entry.objects.get(slug="pump").current.body == (
        f"![A\n\\*pump\\*]({sheet.get_absolute_url()}) ![]({jar.get_absolute_url()})"
    )


def test_another_picture_in_its_place_is_a_change(shown, bea, tmp_path):
    path = unpacked(shown, tmp_path / "there")
    edit(path, "vocabulary/sample-jar.md", JAR_NAME, "new.jpg")
    (path / "pictures/new.jpg").write_bytes(a_jpeg())

    with pytest.raises(NotBrought, match="--by"):
        bring_folder(shown, path)
    assert bring_folder(shown, path, by=bea).revised == 1

    entry = Entry.objects.get(slug="sample-jar")
    newest = Picture.objects.latest("pk")
    assert newest.get_absolute_url() in entry.current.body
    assert newest.added_by == bea


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.unlink(), "is shown and is not there. Put the picture"),
        (lambda file: file.write_bytes(b"<svg/>"), "is no picture."),
        (lambda file: file.write_bytes(b""), "is empty."),
        (lambda file: (file.unlink(), file.mkdir()), "Is a directory."),
        (
            lambda file: file.write_bytes(JAR + bytes(filing.LARGEST_FILE)),
            "is larger than",
        ),
    ],
)
def test_one_that_cannot_be_taken_in_is_told_by_its_path(shown, tmp_path, spoil, says):
    path, empty = unpacked(shown, tmp_path / "there"), elsewhere()
    spoil(path / "pictures" / JAR_NAME)

    with pytest.raises(NotBrought) as refused:
        bring_folder(empty, path)

    [trouble] = refused.value.troubles
    assert trouble.path == f"pictures/{JAR_NAME}"
    assert says in trouble.sentence
    assert not empty.entries.exists()
    assert not empty.pictures.exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (JAR, b"<svg/>".ljust(len(JAR)), "is no picture"),
        (b"M 100644 :1 pictures/", b"M 100644 :7 pictures/", "is not there"),
        (b"M 100644 :1 pictures/", b"M 100644 :1 pictures/../", "where a picture lies"),
        (b"mark :1\n", b"", "has no mark"),
        (b"mark :1\ndata ", b"mark :1\ndata 9999999", "larger than it may be"),
    ],
)
def test_a_stream_with_another_picture_is_refused_whole(shown, old, new, says, media):
    told, empty = streamed(shown), elsewhere()
    kept = files_in(media)
    assert old in told

    with pytest.raises(NotBrought, match=rf"told, line \d+: .*{says}"):
        bring_stream(empty, told.replace(old, new, 1))

    assert not empty.entries.exists()
    assert not empty.pictures.exists()
    assert files_in(media) == kept


def test_two_pictures_of_one_name_are_in_the_way(shown):
    told = streamed(shown)
    sheet = re.search(rb"M 100644 :2 (pictures/\S+)", told)[1]

    with pytest.raises(NotBrought, match="Another picture of this name"):
        bring_stream(elsewhere(), told.replace(sheet, f"pictures/{JAR_NAME}".encode()))


def test_what_is_not_taken_in_leaves_no_file_behind(shown, bea, tmp_path, media):
    path = unpacked(shown, tmp_path / "there")
    beside = by_hand(path, "![New](../pictures/new.jpg)")
    (beside / "new.jpg").write_bytes(a_jpeg())
    kept = files_in(media)
    edit(path, "vocabulary/sample-jar.md", "changed_at: 2026", "changed_at: 2025")
    edit(path, "vocabulary/sample-jar.md", "Hold", "Never hold")

    with pytest.raises(NotBrought, match="says something else"):
        bring_folder(shown, path, by=bea)

    assert files_in(media) == kept
    assert Picture.objects.count() == 3


def test_an_import_killed_half_way_is_finished_by_the_next(shown, monkeypatch):
    told, empty = streamed(shown), elsewhere()
    monkeypatch.setattr(bringing, "VERSIONS_AT_ONCE", 1)

    def dying(_versions):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bringing.bring_in_stream(
            domain=empty, file=BytesIO(told), name="told", progress=dying
        )
    assert empty.pictures.count() == 1
    bring_stream(empty, told)

    assert streamed(empty) == told

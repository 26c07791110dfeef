import asyncio
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from cop.bridges import download
from cop.bridges.repertoire import folder
from domain.models import Domain
from tests.makers import make_domain, make_entry, make_full

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    domain = make_domain()
    for _number in range(3):
        make_entry(domain=domain, body="Clean water. " * 500)
    return domain


def address(domain):
    return reverse("bridges:download", args=[domain.slug])


def unpacked(packed):
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_the_download_is_the_folder(client, domain):
    response = client.get(address(domain))

    packed = b"".join(response.streaming_content)
    top = f"{domain.slug}-repertoire"
    assert response["Content-Disposition"] == f'attachment; filename="{top}.zip"'
    assert unpacked(packed) == {
        f"{top}/{name}": content for name, content in folder.files(domain)
    }
    assert b"".join(client.get(address(domain)).streaming_content) == packed


def test_it_is_sent_while_it_is_packed(client, domain, monkeypatch):
    monkeypatch.setattr(download, "A_PIECE", 10)

    pieces = list(client.get(address(domain)).streaming_content)

    assert len(pieces) == 5
    assert len(unpacked(b"".join(pieces))) == 4


def test_a_server_that_waits_for_nothing_is_given_it_piece_by_piece():
    taken = []

    def pieces():
        for piece in (b"one", b"two"):
            taken.append(piece)
            yield piece

    async def first():
        return await anext(download._one_by_one(pieces()))

    async def everything():
        return [piece async for piece in download._one_by_one(pieces())]

    assert asyncio.run(first()) == b"one"
    assert taken == [b"one"]
    assert asyncio.run(everything()) == [b"one", b"two"]


def test_what_is_too_much_is_not_packed(client, domain, monkeypatch):
    monkeypatch.setattr(download, "MOST_ENTRIES", 2)

    response = client.get(address(domain), follow=True)

    assert response.redirect_chain == [
        (reverse("repertoire:index", args=[domain.slug]), 302)
    ]
    assert "This is too much for one download." in response.text


def test_only_members_take_a_private_repertoire_along(client, domain):
    bea = make_full(domain=domain)
    Domain.objects.update(visibility=Domain.Visibility.MEMBERS)

    assert client.get(address(domain)).status_code == 404
    client.force_login(bea.member)
    assert client.get(address(domain)).status_code == 200


def test_the_repertoire_offers_it(client, domain):
    index = client.get(reverse("repertoire:index", args=[domain.slug])).text

    assert f'href="{address(domain)}" download' in index

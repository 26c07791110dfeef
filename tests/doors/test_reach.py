"""Webhooks reach everybody's network and nothing on the inside, however it is written."""

import ipaddress
import socket

import pytest

from cop.programs import hooking, reach
from cop.programs.models import Trouble
from tests.doors.receiving import receiving

INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2002:c0a8:101::",
    "64:ff9b::7f00:1",
    "64:ff9b::a01:203",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]
OUTSIDE = ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "::ffff:9.9.9.9"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_not_public(address):
    assert not reach.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_lies_outside_is_public(address):
    assert reach.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1"]
)
def test_nothing_is_posted_to_the_inside(host):
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", host)
        with pytest.raises(reach.Unreached) as caught:
            reach.post(url, body=b"{}", headers={})

    assert caught.value.trouble in (Trouble.NOT_PUBLIC, Trouble.NO_NAME)
    assert receiver.received == []


def looked_up_as(monkeypatch, *answers):
    """Each time it is asked, the name stands for something else."""
    asked, real = [], socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        asked.append(host)
        if host != "rebinds.example.org":
            return real(host, *args, **kwargs)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_for_both_is_not_picked_from(monkeypatch):
    looked_up_as(monkeypatch, ["9.9.9.9", "10.0.0.1"])

    with pytest.raises(reach.Unreached) as caught:
        reach.post("http://rebinds.example.org/", body=b"", headers={})

    assert caught.value.trouble == Trouble.NOT_PUBLIC


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch):
    judged = []
    monkeypatch.setattr(reach, "is_public", lambda one: judged.append(str(one)) or True)
    with receiving() as receiver:
        asked = looked_up_as(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
        reach.post(
            receiver.url.replace("127.0.0.1", "rebinds.example.org"),
            body=b"{}",
            headers={},
        )

    assert (judged, asked.count("rebinds.example.org")) == (["127.0.0.1"], 1)
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "not_https"),
        ("ftp://example.org/", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("https://", "not_https"),
        ("https://[::1", "not_https"),
        ("https://example.org:99999/", "not_https"),
        ("https://me:secret@example.org/", "more_than_address"),
        ("https://example.org/#here", "more_than_address"),
        ("https://127.0.0.1/", "not_public"),
        ("https://[::ffff:10.0.0.1]/", "not_public"),
        ("https://localhost/", "not_public"),
        ("https://redis:6379/", "not_public"),
    ],
)
def test_addresses_that_lead_nowhere_are_refused_at_once(url, code):
    assert hooking.refusal_of_address(url).code == code


def test_an_address_of_everybodys_network_is_taken():
    assert hooking.refusal_of_address("https://example.org:8443/news?from=cop") is None

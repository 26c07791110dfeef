"""The demo says in a sentence why it will not start."""

import socket
import subprocess

import pytest

from cop.demo import run

pytestmark = pytest.mark.usefixtures("own_data")


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "DATA", tmp_path / "data")


@pytest.mark.parametrize("port", ["", "http", "0", "70000", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(run.Sorry, match="PORT must be a number from 1 to 65535"):
        run.port_number(port)


def test_a_port_in_use_is_refused():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()

        with pytest.raises(run.Sorry, match="is in use"):
            run.run(busy.getsockname()[1], None)


def test_a_second_demo_of_one_folder_is_refused():
    with (
        run.only_one(8123),
        pytest.raises(run.Sorry, match="Another demo runs from this folder"),
        run.only_one(8124),
    ):
        pass


def test_the_lock_falls_with_its_holder():
    with run.only_one(8123):
        pass

    with run.only_one(8124):
        assert "port 8124" in (run.DATA / "lock").read_text()


def test_a_folder_without_a_repository_is_refused(tmp_path):
    with pytest.raises(run.Sorry, match="GIT must be the folder of a git repository"):
        run.repository(str(tmp_path))


def test_a_repository_is_taken_by_its_path(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "some where"], check=True)

    assert run.repository(str(tmp_path / "some where")) == tmp_path / "some where"


def test_reset_forgets_everything():
    with run.only_one(8123):
        (run.DATA / "seeded").touch()

    run.reset()

    assert not run.DATA.exists()

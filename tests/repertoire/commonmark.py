"""CommonMark's own examples, out of the source archive of the parser."""

import json
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

_NAME = f"markdown_it_py-{version('markdown-it-py')}"
_ARCHIVE = Path(sys.prefix, "sources", f"{_NAME}.tar.gz")


def _read():
    if not _ARCHIVE.exists():
        raise FileNotFoundError(f"{_ARCHIVE} is not there: `make test` fetches it.")
    with tarfile.open(_ARCHIVE) as archive:
        held = archive.extractfile(f"{_NAME}/tests/test_cmark_spec/commonmark.json")
        return json.load(held)


EXAMPLES = _read()

"""Invented histories, as files and as lines."""

import gzip
import json
from datetime import timedelta

from tests.makers import NOON

PEOPLE = ("maya", "amara", "noor", "jun", "sven", "lena")


def act(**given):
    """The fields of one act, a contribution unless it says otherwise."""
    return {
        "t": "2026-03-02T09:15:00Z",
        "actor": "jun",
        "kind": "contribution",
        "work": "sheet-14",
        **given,
    }


def write(path, lines):
    """Write lines, given as fields or as bytes; packed if the name says so."""
    told = b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
        for line in lines
    )
    path.write_bytes(gzip.compress(told, mtime=0) if path.suffix == ".gz" else told)
    return path


def works(count, *, people=PEOPLE):
    """Lines about ``count`` works: each made by one, reviewed by the next, some acked."""
    lines = []
    for number in range(count):
        at = NOON - timedelta(days=700) + timedelta(hours=8 * number)
        author = people[number % len(people)]
        shared = {
            "t": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "work": f"work-{number}",
            "area": ("field/mill", "data", "docs")[number % 3],
            "size": 10 + number,
            "docs_only": number % 3 == 2,
            "files": 1,
        }
        lines.append({**shared, "actor": author, "kind": "contribution"})
        steps = {"review": 1, **({"ack": 2} if number % 2 else {})}
        for kind, step in steps.items():
            actor = people[(number + step + number // len(people)) % len(people)]
            if actor != author:
                told = {"actor": actor, "kind": kind, "subject": author}
                lines.append({**shared, **told})
    return lines

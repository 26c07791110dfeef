"""A large repertoire: what bringing it in costs, and what its pages cost then.

    python -m bench.repertoire [--entries 10000] [--revisions 200000]
                               [--citations 1000000] [--requests 40] [--searches 40]
                               [--database URL] [--plans FILE] [--round-trip] [--quick]

Two communities in one database, a small one and a large one, come in by the product's
own importer, from a stream like those git reads. Tasks, notes and reviews that use the
entries are laid down in bulk. Then the same member reads the same pages in both, each of
the entry with the most versions and the most uses: the questions a page asks must be as
many in the one as in the other, or this ends with 1. Searches of every sort are made in
the large one. For each of its pages the plan of the slowest question is written down.

In a database that is named, both are kept; found there again, they are only read.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from bench import repertoire_reading as reading
from bench.repertoire_filling import (
    BEGINS,
    Size,
    clocks,
    fill,
    memory,
    say,
    tell,
)
from cop.embedded import Servers

SMALL = {"entries": 100, "revisions": 2_000, "citations": 10_000}
QUICK = {
    "entries": 300,
    "revisions": 3_000,
    "citations": 6_000,
    "requests": 4,
    "searches": 4,
}


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        servers = Servers(folder / "s")
        try:
            os.environ |= {
                "DATABASE_URL": asked.database or servers.start_postgres(),
                "REDIS_URL": servers.start_valkey(),
                "DEBUG": "true",
                "DJANGO_SETTINGS_MODULE": "cop.settings",
            }
            sys.exit(_run(asked, folder))
        finally:
            servers.stop()


def _run(asked: argparse.Namespace, folder: Path) -> int:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from domain.models import Domain  # noqa: PLC0415

    # For plain static files; but nothing is to be written down of each question.
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver", "127.0.0.1"]
    connection.settings_dict["OPTIONS"] |= {
        # As pages ask.
        "server_side_binding": True,
        "prepare_threshold": settings.PREPARED_AFTER,
    }
    call_command("migrate", verbosity=0)
    small = Size("small", **SMALL)
    large = Size("large", asked.entries, asked.revisions, asked.citations)
    for size in (small, large):
        if not Domain.objects.filter(slug=size.slug).exists():
            fill(size, folder)
    _look_over()
    if asked.round_trip:
        _there_and_back("large", folder)
    found = {
        size.slug: reading.look_around(size.slug, requests=asked.requests)
        for size in (small, large)
    }
    reading.tell(found)
    if asked.searches:
        _search("large", asked.searches)
    if asked.plans:
        asked.plans.write_text(reading.plans(found["large"]))
    grown = [
        one.page
        for before, one in zip(found["small"], found["large"], strict=True)
        if before.queries != one.queries
    ]
    if grown:
        say(f"Asks more often in the large one: {', '.join(grown)}")
    return 1 if grown else 0


def _look_over() -> None:
    """What autovacuum does on a site that runs: the planner must know what is there."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _there_and_back(slug: str, folder: Path) -> None:
    """Write a repertoire out with its history, bring it into an empty community that is
    called the same, write that one out, and see that it is the same to the byte."""
    from cop.bridges import importing  # noqa: PLC0415
    from cop.bridges.repertoire import bringing, stream  # noqa: PLC0415
    from domain.models import Domain  # noqa: PLC0415

    there = Domain.objects.get(slug=slug)
    path, digests = folder / "there.stream", []
    empty = importing.open_domain(slug=f"{slug}-again", at=BEGINS)
    Domain.objects.filter(pk=empty.pk).update(name=there.name)
    empty.refresh_from_db()
    say(f"There and back: {slug}, with all its history")
    for domain in (there, empty):
        began, digest, size = clocks(), hashlib.sha256(), 0
        with path.open("wb") as file:
            for piece in stream.written(domain):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        digests.append(digest.hexdigest())
        tell("written out", began, size, "bytes")
        if domain is there:
            began = clocks()
            with path.open("rb") as file:
                brought = bringing.bring_in_stream(
                    domain=empty, file=file, name=path.name
                )
            tell("brought in", began, brought.versions, "versions")
    path.unlink()
    say(f"  peak memory {memory():.0f} MiB; SHA-256 {' and '.join(digests)}")
    if digests[0] != digests[1]:
        sys.exit("What came back is not what was taken along.")


def _search(slug: str, number: int) -> None:
    """Search for what there is in the community, in every way people search."""
    import random  # noqa: PLC0415

    from bench import finding  # noqa: PLC0415
    from domain.models import Domain  # noqa: PLC0415

    domain = Domain.objects.get(slug=slug)
    searches = list(finding.looked_for(domain, number, random.Random(finding.SEED)))
    costs = [finding.measure(domain, what, words) for what, words in searches]
    every = [words for _, words in searches]
    costs.append(
        finding.measure(domain, "all of these", [w for ws in every for w in ws])
    )
    say("")
    finding.tell(costs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--revisions", type=int, default=200_000)
    parser.add_argument("--citations", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=40, help="for each page")
    parser.add_argument("--searches", type=int, default=40, help="of each sort")
    parser.add_argument("--database", help="where to keep it, instead of nowhere")
    parser.add_argument("--plans", type=Path, help="write the slowest plans there")
    parser.add_argument("--round-trip", action="store_true", help="there and back, too")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    asked = parser.parse_args()
    if asked.quick:
        vars(asked).update(QUICK)
    return asked


if __name__ == "__main__":
    main()

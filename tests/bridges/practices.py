"""An invented community whose core is known: its history, and the list it keeps."""

import json
import random
from datetime import UTC, date, datetime, timedelta

from tests.bridges.histories import write

BEGINS = datetime(2018, 1, 1, tzinfo=UTC)
YEARS = 4
#: Who was there when the list began, and who came in later, by day.
FIRST = ("ada", "ben", "cai")
LATER = {"dee": date(2019, 3, 1), "eli": date(2020, 3, 1), "fay": date(2021, 3, 1)}
LISTED_SINCE = date(2018, 7, 1)
AS_OF = date(2021, 12, 31)


def acts():
    """Return four years of it: some come by, some stay, and those who stay review.

    Whoever is to come into the core works more from a year before, and reviews from
    then on.
    """
    chance = random.Random(5)
    lines = []
    for week in range(52 * YEARS):
        at = BEGINS + timedelta(weeks=week)
        core = [*FIRST, *(one for one, since in LATER.items() if since <= at.date())]
        rising = [
            one
            for one, since in LATER.items()
            if since - timedelta(days=365) <= at.date()
        ]
        passing = [f"guest {week // 8 + number}" for number in range(6)]
        authors = [*core, *rising, *rising, chance.choice(passing)]
        for number, author in enumerate(authors):
            shared = {
                "t": f"{at + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}",
                "work": f"work {week} {number}",
                "area": ("mill", "field")[number % 2],
            }
            lines.append({**shared, "actor": author, "kind": "contribution"})
            reviewers = [one for one in core if one != author]
            told = {"subject": author, "actor": chance.choice(reviewers)}
            if chance.random() < 0.8:
                lines.append({**shared, **told, "kind": "review"})
            lines.append({**shared, **told, "kind": "integrate"})
    return lines


def core(**given):
    """Return the list as it is kept, but for what is ``given``."""
    since = dict.fromkeys(FIRST, LISTED_SINCE) | LATER
    return {
        "core": sorted(since),
        "became": {one: on.isoformat() for one, on in since.items()},
        "became_censored": list(FIRST),
        "left": {},
        "history": [
            {"date": LISTED_SINCE.isoformat(), "in": list(FIRST), "out": []},
            *({"date": f"{on}", "in": [one], "out": []} for one, on in LATER.items()),
        ],
        "as_of": AS_OF.isoformat(),
        **given,
    }


def files(folder, lines=None, listed=None):
    """Write a history and its list; return where they are."""
    events = write(folder / "events.jsonl.gz", acts() if lines is None else lines)
    path = folder / "core.json"
    path.write_text(json.dumps(core() if listed is None else listed), encoding="utf-8")
    return events, path

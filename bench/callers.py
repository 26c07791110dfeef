"""Programs that call a synthetic site, and what they call.

    python -m bench.callers --members 200

fills the database of DATABASE_URL, which is migrated, unless it has been filled before,
and prints one line of JSON.
"""

import argparse
import json
import sys

import django

#: A party makes 120 calls a minute: so many make as many as a process answers.
PARTIES = 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, required=True)
    asked = parser.parse_args()
    django.setup()
    # Everything below needs the apps to be ready.
    from django.utils import timezone  # noqa: PLC0415

    from bench import site, visits  # noqa: PLC0415
    from members import issuing  # noqa: PLC0415
    from members.models import Membership, Scope  # noqa: PLC0415

    now = timezone.now()
    if site.found() is None:
        site.fill(site.Size(asked.members, entries=200), at=now)
    found = site.found()
    assert found is not None
    people = Membership.objects.present().filter(
        domain=found.domain, kind="human", member__isnull=False
    )
    tokens = [
        issuing.issue(
            member=one.member, by=one.member, name="Bench", scopes=[Scope.READ], at=now
        )[1]
        for one in people.select_related("member").order_by("pk")[:PARTIES]
    ]
    told = {
        "tokens": tokens,
        "community": found.domain.slug,
        "task": found.open_task.pk,
        "visits": [
            {
                "page": one.page,
                "reader": one.reader,
                "path": one.path,
                "cookie": one.cookie,
            }
            for one in visits.look_around(found)
            if one.status == 200  # noqa: PLR2004
        ],
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()

"""The place in a text that holds what was looked for, and the words marked in it."""

from collections.abc import Sequence

from django.db import connection

from cop.finding.asked import Asked
from cop.finding.matches import query_in
from repertoire.plain import plain

#: No more of a text is looked through for a place to show.
LONGEST = 20_000
#: What is no longer is shown whole; and so few letters at the end are not left out.
SHORT, LEFT = 160, 3

#: Marked with characters that are taken out of every text, so that the page can escape
#: what is between them and put its own marks in.
BEGINS, ENDS = "\ue000", "\ue001"
_MARKS_OF_OURS = dict.fromkeys(map(ord, (BEGINS, ENDS)))


def marked(
    texts: Sequence[tuple[str, str, str]], *, asked: Asked
) -> list[tuple[str, str]]:
    """Each title whole and of each text a line or two, the words found in both marked.

    Given are languages, titles and texts; asked in one go, for the rows that are shown.
    """
    if not texts:
        return []
    query = query_in("t.language::regconfig", asked)
    bodies = [plain(body[:LONGEST].translate(_MARKS_OF_OURS)) for _, _, body in texts]
    sides = f"StartSel={BEGINS}, StopSel={ENDS}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT ts_headline(
                t.language::regconfig, t.title, {query}, '{sides}, HighlightAll=true'
            ), ts_headline(
                t.language::regconfig, t.body, {query},
                CASE WHEN length(t.body) <= {SHORT} THEN '{sides}, HighlightAll=true'
                ELSE '{sides}, MinWords=14, MaxWords=28, MaxFragments=1' END
            )
            FROM unnest(%(languages)s::text[], %(titles)s::text[], %(bodies)s::text[])
                WITH ORDINALITY AS t (language, title, body, place)
            ORDER BY place
            """,  # noqa: S608 - made of words of this module alone
            {
                "words": asked.words,
                "query": asked.as_query(),
                "bare": asked.as_query(),
                "languages": [language for language, _, _ in texts],
                "titles": [title.translate(_MARKS_OF_OURS) for _, title, _ in texts],
                "bodies": bodies,
            },
        )
        return [
            (title, _in_its_place(place, body))
            for (title, place), body in zip(cursor.fetchall(), bodies, strict=True)
        ]


def _in_its_place(found: str, text: str) -> str:
    """A place in a text, with the text going on on either side where it does."""
    place = found.translate(_MARKS_OF_OURS)
    if not place or place not in text:
        return found
    before, _, after = text.partition(place)
    begins = "… " if before else ""
    # Where nothing but a full stop is left, it is no place to break off.
    return begins + found + (after if len(after) <= LEFT else " …")

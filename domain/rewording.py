"""Rewording: what a search reads is read again once a community changed its language."""

from django.db import connection

from domain.models import Findable

#: Read again in one transaction: writers of these wait no longer than a moment.
AT_ONCE = 500


def reword_stale(*, limit: int = 20_000) -> int:
    """Read again up to ``limit`` things in the language of their community.

    Nothing marks them: each says itself in which language it was read, so what was
    written while the language changed is found as well. Safe to run twice at once.
    """
    done = 0
    for kind in Findable.Kind:
        while done < limit and (reworded := _reword(kind)):
            done += reworded
    return done


def _reword(kind: Findable.Kind) -> int:
    stale = Findable.objects.in_another_language().filter(kind=kind)
    keys = sorted(stale.values_list("key", flat=True)[:AT_ONCE])
    if keys:
        # The app the things are of says in a function of this name what is found of
        # them. It locks them: their text must not change between reading and noting it.
        function = f"findable_{kind.value}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s::bigint[], true)", [keys])
    return len(keys)

"""How times, amounts and names are said on pages: filters for the templates."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext
from markupsafe import Markup, escape

#: Beyond this a weekday no longer says which one.
WEEKDAYS_ARE_CLEAR_FOR = timedelta(days=6)

HOUR, DAY = 60, 8 * 60


def in_words(value: date, format_: str) -> str:
    """A day or a time in a format of Django's, in the reader's language."""
    # One moment is the same in all time zones, and called otherwise in each.
    zone = value.tzinfo if isinstance(value, datetime) else None
    return _in_words(translation.get_language(), zone, value, format_)


# What stands on a page has happened, and its time stays what it was.
@lru_cache(maxsize=8192)
def _in_words(
    _language: str | None, _zone: tzinfo | None, value: date, format_: str
) -> str:
    return formats.date_format(value, format_)


def initials(name: str) -> str:
    """Two letters for an avatar: of the first two names, or of the only one.

    Pseudonyms are told apart by what comes after what they have in common.
    """
    names = name.split()
    if len(names) > 1:
        return (names[0][0] + names[1][0]).upper()
    return (name.rpartition("_")[2] or name)[:2].title()


class Known(Protocol):
    """Somebody with a name: an account, or a place in a community."""

    name: str

    @property
    def is_agent(self) -> bool: ...


def called(who: Known | None, *, short: bool = False) -> str | Markup:
    """A name in a sentence; an agent's never stands without the word.

    ``short`` is the first of a person's names.
    """
    if not who:
        return ""
    name = _first(who.name) if short else who.name
    if not who.is_agent:
        return name
    tag = Markup('{} <span class="tag">{}</span>')
    return tag.format(name, gettext("agent"))


def called_aloud(who: Known | None, *, short: bool = False) -> str:
    """The same where there is only text: in what is read out for a button."""
    if not who:
        return ""
    name = _first(who.name) if short else who.name
    return f"{name} ({gettext('agent')})" if who.is_agent else name


def telling_apart(said: str, who: Known | None) -> str | Markup:
    """A sentence that was made of somebody's name, with the word beside an agent's."""
    if who is None or not who.is_agent:
        return said
    marked = str(escape(said)).replace(str(escape(who.name)), str(called(who)))
    return Markup(marked)  # noqa: S704 - both are escaped


def _first(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def clock(value: datetime) -> str:
    """The time of day: "14:40"."""
    return in_words(timezone.localtime(value), "H:i")


def until(value: datetime) -> str:
    """A time ahead, as people say it: "14:40", "Thursday 18:00", "3 October 18:00"."""
    value, now = timezone.localtime(value), timezone.localtime()
    if value.date() == now.date():
        return in_words(value, "H:i")
    if abs(value - now) < WEEKDAYS_ARE_CLEAR_FOR:
        return in_words(value, "l H:i")
    return in_words(value, "j F H:i")


def effort(minutes: int) -> str:
    """The time a task takes, as people plan it; a working day has eight hours."""
    if minutes < HOUR:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    if minutes < DAY // 2:
        hours = f"{minutes / HOUR:.1f}".removesuffix(".0")
        return gettext("%(hours)s h") % {"hours": hours}
    if minutes < DAY * 3 // 4:
        return gettext("Half a day")
    days = round(minutes / DAY) or 1
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def span(value: timedelta) -> str:
    """A length of time: "20 min", "52 h", "4 days"."""
    minutes = int(value.total_seconds() // 60)
    if minutes < HOUR:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    if minutes < 72 * HOUR:
        return gettext("%(hours)s h") % {"hours": minutes // HOUR}
    days = minutes // (24 * HOUR)
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def number(value: int) -> str:
    """A whole number as people read it: "10,000"."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def marked(snippet: str) -> Markup:
    """A search's snippet: what was found is marked, whatever else it holds is text."""
    return Markup(  # noqa: S704 - escaped, but for the marks
        str(escape(snippet)).replace("\ue000", "<mark>").replace("\ue001", "</mark>")
    )


def month(value: datetime, short: bool = False) -> str:
    """A month under a chart: "October", or its first letter where there is no room."""
    name = in_words(timezone.localtime(value), "F")
    return name[0] if short else name


FILTERS = {
    "initials": initials,
    "called": called,
    "called_aloud": called_aloud,
    "telling_apart": telling_apart,
    "clock": clock,
    "until": until,
    "effort": effort,
    "month": month,
    "span": span,
    "spelled": apnumber,
    "marked": marked,
    "number": number,
}

"""What a merge took in, in words: no merge is silent about what it took."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from repertoire.difference import Change, ParagraphChange
from repertoire.revising import Taken

#: So many paragraphs are told one by one; who changed more, changed the whole.
_TOLD = 6

_WORDS_QUOTED = 5


def told(taken: Taken) -> str:
    """One sentence: from whom, and which paragraphs."""
    version, changes = taken.version, taken.changes
    parts = []
    if "title" in changes.fields:
        parts.append(_("its name is “%(title)s” now") % {"title": version.title})
    if "meaning" in changes.fields:
        parts.append(_("the short meaning changed"))
    parts += [_paragraph(change) for change in changes.paragraphs[:_TOLD]]
    more = len(changes.paragraphs) - _TOLD
    if more > 0:
        parts.append(_("and %(count)s more") % {"count": more})
    return _("From %(name)s (version %(number)s): %(parts)s.") % {
        "name": version.author.name,
        "number": version.number,
        "parts": "; ".join(parts) or _("the other words for it"),
    }


def _paragraph(change: ParagraphChange) -> str:
    sentence = {
        Change.ADDED: _("paragraph %(number)s is new (“%(start)s”)"),
        Change.CHANGED: _("paragraph %(number)s changed (“%(start)s”)"),
        Change.REMOVED: _("paragraph %(number)s was taken out (“%(start)s”)"),
        Change.MOVED: _("paragraph %(was)s is paragraph %(number)s now (“%(start)s”)"),
    }[change.change]
    return sentence % {
        "number": change.number,
        "was": change.was,
        "start": Truncator(" ".join(change.text.split())).words(_WORDS_QUOTED),
    }

"""Shelves: how the four kinds of entries are called where they stand together."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from repertoire.models import Entry

#: What "this month" and "lately" mean where entries stand together.
LATELY = timedelta(days=30)

#: A word unused for a season's turn may be one nobody needs; younger ones may wait.
UNUSED_FOR = timedelta(days=180)

NAMES = {
    "vocabulary": _("Vocabulary"),
    "tools": _("Tools"),
    "approaches": _("Approaches"),
    "stories": _("Stories"),
}

#: What each kind is for, said where somebody chooses one.
PURPOSES = {
    Entry.Kind.TERM: _("A word people here use, and what they mean by it."),
    Entry.Kind.TOOL: _("A thing that helps with the work, and how to use it."),
    Entry.Kind.APPROACH: _("A way of going about it that has worked."),
    Entry.Kind.STORY: _("What happened once, and what it taught."),
}

"""Uses: where an entry appears in the work, and the sentences it is used in.

Uses are written down by the work itself, which lies above the repertoire; they are
reached here through the entry, so that a page about an entry can tell them.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from members.models import Membership
from repertoire.models import Entry
from repertoire.vocabulary import Term, Vocabulary

if TYPE_CHECKING:
    from tasks.models import Citation

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LINK = re.compile(
    r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]|\[([^\[\]\n]*)\]\([^()\n]*\)"
)
_MARKS = re.compile(r"[*_`~]|^[#>\-+\s]+", re.MULTILINE)

#: A sentence longer than this is not one that was said.
LONGEST = 280


#: Where sentences come from, and by whom they are.
SPOKEN = (
    "entry",
    "cited_at",
    "member__name",
    "member__kind",
    "task__title",
    "task__brief",
    "task__domain__slug",
    "log_entry__body",
    "submission__body",
    "submission__narration",
    "submission__author",
    "review__works",
    "review__looked_at",
    "review__submission__author__name",
)


@dataclass(frozen=True, slots=True)
class Summary:
    tasks: int
    reviews: int
    people: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence somebody used the entry in, while working."""

    words: str
    by: Membership
    doing: str
    path: str
    at: datetime


def summary_of(entry: Entry) -> Summary:
    counted = entry.citations.aggregate(
        tasks=Count("task", distinct=True),
        reviews=Count("review", distinct=True),
        people=Count("member", distinct=True),
        first_at=Min("cited_at"),
    )
    return Summary(**counted)


def latest(entry: Entry, *, reader: Membership | None) -> "QuerySet[Citation]":
    """Every use, newest first, with what a page says about it.

    What is said in a review stays unsaid to whoever reads the same work again, blind.
    """
    blind = Q(
        review__submission__rereading__reader=reader.pk if reader else 0,
        review__submission__rereading__sent_at=None,
    )
    return (
        entry.citations.exclude(blind)
        .select_related(
            "task__domain",
            "member",
            "log_entry",
            "submission__author",
            "review__submission__author",
        )
        .order_by("-cited_at", "-pk")
    )


def heard(entry: Entry, *, reader: Membership | None, limit: int = 5) -> list[Heard]:
    """The newest sentences the entry was used in, one from each text, none said twice."""
    vocabulary = Vocabulary([Term(entry.slug, entry.title, "", tuple(entry.aliases))])
    # Some uses are in titles or tables and make no sentence: look a little further.
    candidates = latest(entry, reader=reader).filter(member__isnull=False)
    found: dict[str, Heard] = {}
    for citation in candidates.only(*SPOKEN)[: limit * 4]:
        if sentence := _heard(citation, vocabulary):
            found.setdefault(sentence.words, sentence)
    return list(found.values())[:limit]


def sentence_with(text: str, vocabulary: Vocabulary) -> str:
    """The first sentence that uses a term, without markup; empty if there is none."""
    for sentence in _SENTENCE_END.split(text):
        plain = _LINK.sub(lambda link: link[1] or link[2] or "", sentence)
        plain = " ".join(_MARKS.sub("", plain).split())
        if len(plain) <= LONGEST and vocabulary.mentions(plain):
            return plain
    return ""


def _heard(citation: "Citation", vocabulary: Vocabulary) -> Heard | None:
    by = citation.member
    if by is None:
        return None
    if citation.review:
        texts = [citation.review.works, citation.review.looked_at]
        author = citation.review.submission.author.name
        doing = _("reviewing %(name)s") % {"name": author}
    elif citation.submission:
        texts = [citation.submission.narration, citation.submission.body]
        doing = _("handing in %(task)s") % {"task": citation.task.title}
    elif citation.log_entry:
        texts = [citation.log_entry.body]
        doing = _("working on %(task)s") % {"task": citation.task.title}
    else:
        texts = [citation.task.brief]
        doing = _("asking for %(task)s") % {"task": citation.task.title}
    for text in texts:
        if words := sentence_with(text, vocabulary):
            path = citation.task.get_absolute_url()
            return Heard(words, by, doing, path, citation.cited_at)
    return None

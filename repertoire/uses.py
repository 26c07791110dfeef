"""Uses: where an entry appears in the work, and the sentences it is used in.

Uses are written down by the work itself, which lies above the repertoire; they are
reached here through the entry, so that a page about an entry can tell them.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.questions import Given, question
from members.models import Membership
from repertoire.models import Entry, EntryLink
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


#: A word unused for a season's turn is in use no longer.
NO_LONGER = timedelta(days=180)
MOST_WORKS = 5


@dataclass(frozen=True, slots=True)
class Summary:
    tasks: int
    reviews: int
    people: int
    #: Texts of the work that link to it on purpose, and that use its words in passing.
    on_purpose: int
    in_passing: int
    #: The same of other entries.
    linked_from: int
    met_in: int
    first_at: datetime | None
    last_at: datetime | None
    #: Who used it first while working.
    first_by: str = ""

    def is_in_use(self, *, at: datetime) -> bool:
        return self.last_at is not None and self.last_at > at - NO_LONGER

    @property
    def last_month(self) -> str:
        return date_format(self.last_at, "F Y") if self.last_at else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence somebody used the entry in, while working."""

    words: str
    by: Membership
    doing: str
    path: str
    at: datetime


def summary_of(entry: Entry) -> Summary:
    [counted] = _summary.ask(entry=entry.pk)
    return Summary(**{**counted, "first_by": counted["first_by"] or ""})


@question
def _summary() -> QuerySet[Entry, Any]:
    entries = Entry.objects.filter(pk=OuterRef("pk"))
    by_somebody = entries.filter(citations__member__isnull=False)
    first = by_somebody.order_by("citations__cited_at", "citations__pk")
    on_purpose = Q(citations__explicit=True)
    counted: QuerySet[Entry, Any] = (
        Entry.objects.filter(pk=Given("entry"))
        .order_by()
        .values(_=Value(1))
        .annotate(
            tasks=Count("citations__task", distinct=True),
            reviews=Count("citations__review", distinct=True),
            people=Count("citations__member", distinct=True),
            # Of what is in the index: the uses themselves need not be fetched.
            on_purpose=Count("citations__explicit", on_purpose),
            in_passing=Count("citations__explicit", Q(citations__explicit=False)),
            first_at=Min("citations__cited_at"),
            last_at=Max("citations__cited_at"),
            linked_from=_linking(explicit=True),
            met_in=_linking(explicit=False),
            first_by=Subquery(first.values("citations__member__name")[:1]),
        )
        .values(*(field.name for field in fields(Summary)))
    )
    return counted


def _linking(*, explicit: bool) -> Coalesce:
    """How many entries use this one."""
    links = EntryLink.objects.filter(
        target=Given("entry"), explicit=explicit, source__retired_at=None
    )
    counted = (
        links.order_by().values("target").annotate(n=Count("source", distinct=True))
    )
    return Coalesce(Subquery(counted.values("n")), 0)


def recognised_works(entry: Entry) -> "list[Citation]":
    """The latest recognised works that use it, each with one of its uses."""
    works = (
        entry.citations.filter(
            submission__outcome="recognised", task__is_practice=False
        )
        .select_related("task", "submission__author")
        .only(
            "explicit",
            "task__title",
            "task__centrality",
            "task__domain",
            "submission__settled_at",
            "submission__task",
            "submission__author__name",
            "submission__author__kind",
        )
        .order_by("-submission__settled_at", "-pk")[:MOST_WORKS]
    )
    for use in works:
        use.task.domain = entry.domain
        if use.submission:
            use.submission.task = use.task
    return list(works)


def entries_using(entry: Entry, *, limit: int) -> "QuerySet[EntryLink]":
    """Other entries that use it, those that link to it on purpose first."""
    return (
        EntryLink.objects.filter(
            target=entry, source__retired_at=None, source__current__isnull=False
        )
        .select_related("source")
        .order_by("-explicit", "source__title", "pk")[:limit]
    )


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

"""The repertoire: entries, their versions, and what is proposed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said, page
from cop.programs.saying.people import Person, in_passing, maybe
from repertoire import uses
from repertoire.markup import LONGEST, EntryLink
from repertoire.models import Contradiction, Revision
from repertoire.models import Entry as EntryModel

ShelfName = Literal["vocabulary", "tools", "approaches", "stories"]
Alias = Annotated[str, Field(max_length=120, pattern=NO_ZERO)]

Title = Field(min_length=1, max_length=120, pattern=NO_ZERO, examples=["Field blank"])
Meaning = Field(
    default="",
    max_length=300,
    pattern=NO_ZERO,
    description="One sentence: what people see when they point at the word.",
    examples=["Clean water carried along to show what the trip itself added."],
)
Body = Field(
    default="",
    max_length=LONGEST,
    pattern=NO_ZERO,
    description="Markdown. `[[another entry]]` links to it, `#12` to a task.",
)
Prompt = Field(default=None, ge=1, le=2**31, description="The task that prompted it.")


class NewEntry(Given):
    """An entry nobody has written; live, or proposed by whoever may not publish."""

    shelf: ShelfName
    title: str = Title
    meaning: str = Meaning
    body: str = Body
    aliases: list[Alias] = Field(default=[], max_length=20)
    area: str | None = Field(default=None, max_length=60, pattern=NO_ZERO)
    task: int | None = Prompt


class EditEntry(Given):
    """A change, starting from the version its writer has read."""

    base: Key | None = Field(
        default=None,
        description="The version you started from (`revision` of the entry). What was"
        " saved since is merged with it. Without it, `If-Match` is needed.",
    )
    title: str = Title
    meaning: str = Meaning
    body: str = Body
    aliases: list[Alias] | None = Field(
        default=None, max_length=20, description="Other words for it; null leaves them."
    )
    why: str = Field(
        default="",
        max_length=300,
        pattern=NO_ZERO,
        description="What changed, and what made you change it.",
        examples=["The mill closed in May."],
    )
    task: int | None = Prompt


class Doubt(Given):
    """What does not hold, and which work shows it."""

    words: str = Field(min_length=1, max_length=600, pattern=NO_ZERO)
    task: int | None = Prompt


class Words(Given):
    words: str = Field(
        default="",
        max_length=600,
        pattern=NO_ZERO,
        examples=["It holds below the weir as well; see the May sheets."],
    )


class TakeIn(Given):
    """A proposal becomes part of the living text, with a word of thanks."""

    words: str = Field(
        default="", max_length=300, pattern=NO_ZERO, description="A word of thanks."
    )
    reason: str = Field(
        default="",
        max_length=300,
        pattern=NO_ZERO,
        description="Why not all of it, where `portions` leaves some out.",
    )
    portions: list[Annotated[int, Field(ge=0, le=10_000)]] | None = Field(
        default=None,
        max_length=1000,
        description="Which portions of the change, by number from 0; null for all.",
    )


class Decline(Given):
    reason: str = Field(default="", max_length=300, pattern=NO_ZERO)


class Overtake(Given):
    by: Key = Field(description="The entry that says it better.")


class AskedEntries(Given):
    shelf: ShelfName | None = None
    q: str = Field(default="", max_length=200, pattern=NO_ZERO)
    changed: bool = Field(default=False, description="In the last 30 days.")
    unused: bool = Field(default=False, description="By nothing in half a year.")


class Met(Said):
    """An entry somebody will come upon in a piece of work."""

    title: str = Field(examples=["Field blank"])
    slug: Ours = Field(examples=["field-blank"])
    page: Ours


class EntryInShort(Said):
    id: Key
    shelf: ShelfName
    slug: Ours = Field(examples=["field-blank"])
    title: str = Field(examples=["Field blank"])
    meaning: str
    area: Ours | None = Field(examples=["sampling"])
    changed_at: datetime
    is_retired: bool
    is_proposed: bool = Field(description="Written, and not taken in yet.")
    page: Ours


class Version(Said):
    """One version: who wrote it, why, and what it says."""

    id: Key
    number: int | None = Field(description="Null while it is proposed.")
    state: Ours = Field(examples=["live"])
    author: Person
    title: str
    meaning: str
    body: str
    why: str
    is_mend: bool
    written_at: datetime
    base: int | None
    settled_by: Person | None
    settled_at: datetime | None
    settled_words: str


class VersionInShort(Said):
    id: Key
    number: int | None
    state: Ours
    author: Person
    why: str
    is_mend: bool
    written_at: datetime


class Proposal(Said):
    """What waits beside the living text, or was answered."""

    entry: EntryInShort
    version: Version


class UsesInShort(Said):
    tasks: int
    reviews: int
    people: int
    first_at: datetime | None
    last_at: datetime | None


class Use(Said):
    at: datetime
    task: Key
    title: str
    by: Person | None
    round: int | None
    note: int | None
    on_purpose: bool


class DoubtSaid(Said):
    id: Key
    by: Person
    words: str
    said_at: datetime
    outcome: Ours
    settled_words: str


class Entry(EntryInShort):
    """A piece of the shared repertoire, with the text people work by."""

    revision: int | None = Field(
        description="The living version; what an edit starts from."
    )
    body: str
    aliases: list[str]
    written_by: Person
    written_at: datetime
    confirmed_at: datetime | None
    confirmed_by: Person | None
    overtaken_by: int | None
    uses: UsesInShort
    doubts: list[DoubtSaid]
    proposals: list[VersionInShort]


class Saved(Said):
    """What was written is kept: live, or as a proposal."""

    entry: EntryInShort
    version: Version
    is_new: bool = Field(description="False where it says what stood there already.")
    merged_with: int | None = Field(
        description="Somebody else's version that came first and was merged with."
    )


def met(link: EntryLink) -> Met:
    return Met(title=link.title, slug=link.slug, page=page(link.url))


def in_short(one: EntryModel) -> EntryInShort:
    return EntryInShort(**_facts(one))


def version(one: Revision) -> Version:
    return Version(
        **version_in_short(one).model_dump(),
        title=one.title,
        meaning=one.meaning,
        body=one.body,
        base=one.base_id,
        settled_by=maybe(one.settled_by),
        settled_at=one.settled_at,
        settled_words=one.settled_words,
    )


def version_in_short(one: Revision) -> VersionInShort:
    return VersionInShort(
        id=one.pk,
        number=one.number,
        state=one.state,
        author=in_passing(one.author),
        why=one.why,
        is_mend=one.is_mend,
        written_at=one.written_at,
    )


def doubt(one: Contradiction) -> DoubtSaid:
    return DoubtSaid(
        id=one.pk,
        by=in_passing(one.said_by),
        words=one.words,
        said_at=one.said_at,
        outcome=one.outcome,
        settled_words=one.settled_words,
    )


def whole(
    one: EntryModel,
    *,
    proposals: list[Revision],
    doubts: list[Contradiction],
) -> Entry:
    """The living text; before there is one, the text that is proposed."""
    revision = one.current or (proposals[0] if proposals else None)
    used = uses.summary_of(one)
    return Entry(
        **_facts(one),
        revision=one.current_id,
        body=revision.body if revision else "",
        aliases=list(one.aliases),
        written_by=in_passing(one.written_by),
        written_at=one.written_at,
        confirmed_at=one.confirmed_at,
        confirmed_by=maybe(one.confirmed_by),
        overtaken_by=one.overtaken_by_id,
        uses=UsesInShort(
            tasks=used.tasks,
            reviews=used.reviews,
            people=used.people,
            first_at=used.first_at,
            last_at=used.last_at,
        ),
        doubts=[doubt(d) for d in doubts],
        proposals=[version_in_short(p) for p in proposals],
    )


def _facts(one: EntryModel) -> dict[str, Any]:
    return {
        "id": one.pk,
        "shelf": one.shelf,
        "slug": one.slug,
        "title": one.title,
        "meaning": one.meaning,
        "area": one.area.slug if one.area else None,
        "changed_at": one.changed_at,
        "is_retired": one.retired_at is not None,
        "is_proposed": one.current_id is None,
        "page": page(one.get_absolute_url()),
    }

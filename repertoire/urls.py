"""The shared repertoire of a community, below ``/c/<community>/repertoire/``."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from repertoire import feeds
from repertoire.models import Entry
from repertoire.views import (
    authors,
    book,
    card,
    choice,
    diff,
    edit,
    entry,
    history,
    index,
    new,
    proposal,
    story,
    uses,
)


class ShelfConverter(StringConverter):
    regex = "|".join(Entry.SHELVES)


register_converter(ShelfConverter, "shelf")

app_name = "repertoire"

ENTRY = "<shelf:shelf>/<slug:slug>/"

urlpatterns = [
    path("", index.show, name="index"),
    path("new/", new.new, name="new"),
    path("new/story/", story.tell, name="tell"),
    path("choice/", choice.show, name="choice"),
    path("book/", book.show, name="book"),
    path("book/<shelf:shelf>/", book.show, name="book_shelf"),
    # A slug has no dot: no entry can be called what a feed is called.
    path("changes.atom", feeds.changes, name="changes"),
    path("<shelf:shelf>/changes.atom", feeds.changes, name="shelf_changes"),
    path(ENTRY, entry.show, name="entry"),
    path(f"{ENTRY}edit/", edit.edit, name="edit"),
    path(f"{ENTRY}history/", history.show, name="history"),
    path(f"{ENTRY}authors/", authors.show, name="authors"),
    path(f"{ENTRY}diff/<int:a>..<int:b>/", diff.show, name="diff"),
    path(f"{ENTRY}uses/", uses.show, name="uses"),
    path(f"{ENTRY}card/", card.show, name="card"),
    path(f"{ENTRY}confirm/", entry.confirm, name="confirm"),
    path(f"{ENTRY}retire/", entry.retire, name="retire"),
    path(f"{ENTRY}bring-back/", entry.bring_back, name="bring_back"),
    path(f"{ENTRY}proposals/<int:pk>/", proposal.show, name="proposal"),
    path(f"{ENTRY}proposals/<int:pk>/take-in/", proposal.take_in, name="take_in"),
    path(f"{ENTRY}proposals/<int:pk>/decline/", proposal.decline, name="decline"),
    path(f"{ENTRY}proposals/<int:pk>/withdraw/", proposal.withdraw, name="withdraw"),
]

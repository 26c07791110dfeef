"""The shared repertoire of a community, below ``/c/<community>/repertoire/``."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from repertoire import feeds, inserts
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
    tending,
    uses,
    words,
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
    path("tending/", tending.show, name="tending"),
    path("choice/", choice.show, name="choice"),
    path("words/", words.show, name="words"),
    path("words/<int:pk>/set-aside/", words.set_aside, name="set_aside"),
    path("words/<int:pk>/bring-back/", words.bring_back, name="bring_back_word"),
    path("words/names/<int:pk>/entitle/", words.entitle, name="entitle"),
    path("words/names/<int:pk>/keep/", words.keep, name="keep"),
    path("words/pairs/<int:pk>/unite/", words.unite, name="unite"),
    path("words/pairs/<int:pk>/tell-apart/", words.tell_apart, name="tell_apart"),
    path("paste/", inserts.pasted, name="paste"),
    path("pictures/<int:pk>/", inserts.picture, name="picture"),
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
    path(f"{ENTRY}overtaken/", entry.overtake, name="overtake"),
    path(f"{ENTRY}contradict/", tending.contradict, name="contradict"),
    path(f"{ENTRY}doubts/<int:pk>/mended/", tending.mended, name="mended"),
    path(f"{ENTRY}doubts/<int:pk>/holds/", tending.uphold, name="uphold"),
    path(f"{ENTRY}mends/<int:pk>/looked/", tending.look, name="look"),
    path(f"{ENTRY}mends/<int:pk>/undo/", tending.undo, name="undo"),
    path(f"{ENTRY}proposals/<int:pk>/", proposal.show, name="proposal"),
    path(f"{ENTRY}proposals/<int:pk>/take-in/", proposal.take_in, name="take_in"),
    path(f"{ENTRY}proposals/<int:pk>/decline/", proposal.decline, name="decline"),
    path(f"{ENTRY}proposals/<int:pk>/withdraw/", proposal.withdraw, name="withdraw"),
]

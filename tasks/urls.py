"""Addresses of the work: the board, each task, what is handed in and its reviews."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tasks import calendar_feed, review_urls
from tasks.sources import KINDS
from tasks.views import (
    asks,
    board,
    edit,
    gathering,
    gathering_form,
    gatherings,
    grow,
    history,
    new,
    parts,
    questions,
    task,
    withdraw,
)


class SourceConverter(StringConverter):
    regex = "|".join(KINDS)


register_converter(SourceConverter, "source")

app_name = "tasks"

_TASK = "tasks/<int:pk>/"
_GATHERING = "gatherings/<int:pk>/"

urlpatterns = [
    path("tasks/", board.show, name="board"),
    path("tasks/new/", new.new, name="new"),
    path(_TASK, task.show, name="task"),
    path(f"{_TASK}claim/", task.claim, name="claim"),
    path(f"{_TASK}take-up/", task.take_up, name="take_up"),
    path(f"{_TASK}release/", task.release, name="release"),
    path(f"{_TASK}extend/", task.extend, name="extend"),
    path(f"{_TASK}observe/", task.observe, name="observe"),
    path(f"{_TASK}unobserve/", task.unobserve, name="unobserve"),
    path(f"{_TASK}vouch/<int:observation>/", task.vouch, name="vouch"),
    path(f"{_TASK}log/", task.log, name="log"),
    path(f"{_TASK}log/pictures/<int:picture>/", task.picture, name="picture"),
    path(f"{_TASK}log/worth-watching/", task.mark, name="mark"),
    path(f"{_TASK}log/worth-watching/<int:stretch>/", task.take_back, name="unmark"),
    path(f"{_TASK}parts/", parts.show, name="parts"),
    path(f"{_TASK}parts/teach/", parts.teach, name="teach"),
    path(f"{_TASK}parts/ready/", parts.ready, name="ready"),
    path(f"{_TASK}parts/again/", parts.take_up_again, name="take_up_again"),
    path(f"{_TASK}questions/", questions.show, name="questions"),
    path(f"{_TASK}questions/ask/", questions.ask, name="ask"),
    path(f"{_TASK}questions/<int:question>/", questions.answer, name="answer"),
    path(f"{_TASK}asks/<int:ask>/", asks.answer, name="answer_ask"),
    path(f"{_TASK}grow/<source:kind>/<int:key>/", grow.grow, name="grow"),
    path(f"{_TASK}open/", task.open_task, name="open"),
    path(f"{_TASK}used/", task.used, name="used"),
    path(f"{_TASK}real/", task.real, name="real"),
    path(f"{_TASK}edit/", edit.edit, name="edit"),
    path(f"{_TASK}override/", edit.override, name="override"),
    path(f"{_TASK}withdraw/", withdraw.withdraw, name="withdraw"),
    path(f"{_TASK}history/", history.show, name="history"),
    path("gatherings.ics", calendar_feed.show, name="calendar"),
    path("gatherings/", gatherings.show, name="gatherings"),
    path("gatherings/address/", gatherings.subscribe, name="calendar_address"),
    path("gatherings/new/", gathering_form.new, name="new_gathering"),
    path(_GATHERING, gathering.show, name="gathering"),
    path(f"{_GATHERING}answer/", gathering.answer, name="answer_gathering"),
    path(f"{_GATHERING}tell/", gathering.tell, name="tell_gathering"),
    path(f"{_GATHERING}edit/", gathering_form.edit, name="edit_gathering"),
    path(f"{_GATHERING}call-off/", gathering_form.call_off, name="call_off_gathering"),
    *review_urls.urlpatterns,
]

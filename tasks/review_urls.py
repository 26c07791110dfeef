"""Addresses of what is handed in, and of its reviews."""

from django.urls import path

from tasks.views import (
    desk,
    edit_submission,
    first_look,
    reread,
    review,
    sitting,
    submission,
    submit,
)

_ROUND = "tasks/<int:pk>/submissions/<int:submission>/"
_WORKSPACE = "review/<int:submission>/"
_AGAIN = "review/again/<int:rereading_id>/"

urlpatterns = [
    path("tasks/<int:pk>/submit/", submit.submit, name="submit"),
    path("tasks/<int:pk>/submit/draft/", submit.keep_draft, name="submit_draft"),
    path(_ROUND, submission.show, name="submission"),
    path(f"{_ROUND}edit/", edit_submission.edit, name="edit_submission"),
    path(f"{_ROUND}withdraw/", submission.withdraw, name="withdraw_submission"),
    path(f"{_ROUND}second-opinion/", submission.ask_again, name="second_opinion"),
    path(f"{_ROUND}files/<int:attachment>/", submission.attachment, name="attachment"),
    path("review/", desk.show, name="desk"),
    path("review/room/", desk.make_room, name="make_room"),
    path("review/draw/", desk.draw, name="draw"),
    path("review/sitting/", sitting.sit, name="sitting"),
    path("review/sitting/take/", sitting.take, name="take_together"),
    path("review/sitting/keep/", sitting.keep, name="keep_together"),
    path("review/sitting/draft/", sitting.keep_drafts, name="sitting_draft"),
    path("review/again/", reread.draw, name="draw_again"),
    path(_AGAIN, reread.reread, name="reread"),
    path(f"{_AGAIN}draft/", reread.keep_draft, name="reread_draft"),
    path(f"{_AGAIN}put-back/", reread.put_back, name="reread_put_back"),
    path(_WORKSPACE, review.review, name="review"),
    path(f"{_WORKSPACE}take/", review.take, name="take"),
    path(f"{_WORKSPACE}keep/", review.keep, name="keep"),
    path(f"{_WORKSPACE}put-back/", review.put_back, name="put_back"),
    path(f"{_WORKSPACE}take-back/", review.take_back, name="take_back_review"),
    path(f"{_WORKSPACE}skip/", review.skip, name="skip"),
    path(f"{_WORKSPACE}draft/", review.keep_draft, name="review_draft"),
    path(f"{_WORKSPACE}first-look/", first_look.first_look, name="first_look"),
]

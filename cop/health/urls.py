from django.urls import path, re_path

from cop.health.records import TABLES
from cop.health.views import (
    detector,
    health,
    masterpiece,
    moves,
    pulse,
    readings,
    reviews,
    sharing,
    signs,
    stop_report,
)

app_name = "health"

urlpatterns = [
    path("", health.show, name="health"),
    path("signs/", signs.define, name="signs"),
    path("signs/<slug:name>/", signs.show, name="sign"),
    path("competence/", masterpiece.show, name="masterpiece"),
    path("competence/baseline/", masterpiece.bring, name="bring_baseline"),
    path("competence/baseline/forget/", masterpiece.forget, name="forget_baseline"),
    path("reviews/", reviews.show, name="reviews"),
    re_path(
        rf"^(?P<table>{'|'.join(TABLES)})\.csv$", readings.as_csv, name="table_csv"
    ),
    re_path(
        rf"^(?P<table>{'|'.join(TABLES)})\.json$", readings.as_json, name="table_json"
    ),
    path("sharing/", sharing.show, name="sharing"),
    path("report/stop/<str:token>/", stop_report.show, name="stop_report"),
    path("pulse/", pulse.show, name="pulse"),
    path("pulse/plan/", pulse.plan, name="plan_pulse"),
    path("pulse/ask/", pulse.ask, name="ask_pulse"),
    path("pulse/<int:pk>/answer/", pulse.answer, name="answer_pulse"),
    path("pulse/<int:pk>/withdraw/", pulse.withdraw, name="withdraw_answer"),
    path("pulse/<int:pk>/dismiss/", pulse.dismiss, name="dismiss_pulse"),
    path("<slug:chart>.csv", health.download, name="chart"),
    path("moves/<int:pk>/", moves.make, name="make_move"),
    path("diagnoses/<int:pk>/", detector.explain, name="explain"),
    path("<slug:mode>/", detector.show, name="detector"),
]

from django.urls import path

from cop.health.views import detector, health, masterpiece, reviews, signs

app_name = "health"

urlpatterns = [
    path("", health.show, name="health"),
    path("signs/", signs.define, name="signs"),
    path("signs/<slug:name>/", signs.show, name="sign"),
    path("competence/", masterpiece.show, name="masterpiece"),
    path("competence/baseline/", masterpiece.bring, name="bring_baseline"),
    path("competence/baseline/forget/", masterpiece.forget, name="forget_baseline"),
    path("reviews/", reviews.show, name="reviews"),
    path("<slug:chart>.csv", health.download, name="chart"),
    path("<slug:mode>/", detector.show, name="detector"),
]

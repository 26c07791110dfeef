from django.urls import path

from cop.health.views import detector, health, reviews, signs

app_name = "health"

urlpatterns = [
    path("", health.show, name="health"),
    path("signs/", signs.define, name="signs"),
    path("signs/<slug:name>/", signs.show, name="sign"),
    path("reviews/", reviews.show, name="reviews"),
    path("<slug:chart>.csv", health.download, name="chart"),
    path("<slug:mode>/", detector.show, name="detector"),
]

from django.urls import path

from cop.health.views import detector, health, reviews

app_name = "health"

urlpatterns = [
    path("", health.show, name="health"),
    path("reviews/", reviews.show, name="reviews"),
    path("<slug:chart>.csv", health.download, name="chart"),
    path("<slug:mode>/", detector.show, name="detector"),
]

from django.urls import path

from cop.health.views import detector, health

app_name = "health"

urlpatterns = [
    path("", health.show, name="health"),
    path("<slug:chart>.csv", health.download, name="chart"),
    path("<slug:mode>/", detector.show, name="detector"),
]

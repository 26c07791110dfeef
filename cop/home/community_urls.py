"""The front pages of a community: what it is about, and the way in."""

from django.urls import path

from cop.home.views import about, community, start
from cop.home.views import path as the_path

app_name = "domain"

urlpatterns = [
    path("", community.show, name="home"),
    path("about/", about.show, name="about"),
    path("start/", start.show, name="start"),
    path("path/", the_path.show, name="path"),
]

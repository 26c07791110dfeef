"""Pages of the site itself."""

from django.urls import path

from cop.home.views import help as helping
from cop.home.views import landing, search

app_name = "cop"

urlpatterns = [
    path("", landing.show, name="landing"),
    path("search/", search.show, name="search"),
    path("help/", helping.show, name="help"),
]

"""Addresses of the API, its schema and its page, below ``/api/``."""

from django.urls import include, path, re_path

from cop.api import docs, door, problems

app_name = "api"

urlpatterns = [
    path("v1/openapi.json", docs.openapi, name="openapi"),
    path("v1/docs", docs.show, name="docs"),
    path("v1/", include(door.patterns())),
    re_path("", problems.unknown, name="unknown"),
]

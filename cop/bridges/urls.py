"""What goes out over a bridge by a link on a page."""

from django.urls import path

from cop.bridges import download

app_name = "bridges"

urlpatterns = [path("repertoire.zip", download.repertoire, name="download")]

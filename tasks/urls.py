"""Addresses of the work: the board, each task, what is handed in and its reviews."""

from django.urls import path

app_name = "tasks"

from tasks.views import task

urlpatterns = [path("tasks/<int:pk>/", task.show, name="task")]

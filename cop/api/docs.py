"""What the API's page and its schema are made of: the same operations."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cop.api import explaining
from cop.api.door import api
from domain.pages import render_page


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return schema


@require_safe
@cache_control(public=True, max_age=300)
def openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(_schema())


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render_page(
        request, "api/docs.html", {**_explained(), "site": settings.SITE_URL}
    )


@cache
def _explained() -> dict[str, Any]:
    return explaining.of(_schema())

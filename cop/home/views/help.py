from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from domain.pages import render_page


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render_page(
        request, "home/help.html", {"contact": settings.DEFAULT_FROM_EMAIL}
    )

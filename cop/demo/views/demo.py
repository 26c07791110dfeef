"""Signing in as one of River Watch's invented people: in demo mode, and never else."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from cop.demo.river_watch import telling
from cop.demo.river_watch.people import PERSONAS
from domain.models import Domain
from domain.pages import render_page
from members.models import Member


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "demo/demo.html",
        {
            "personas": PERSONAS,
            "communities": Domain.objects.by_name(),
        },
    )


@require_POST
def sign_in(request: HttpRequest, persona: str) -> HttpResponse:
    if persona not in PERSONAS:
        raise Http404
    member = Member.objects.filter(handle=slugify(PERSONAS[persona])).first()
    if member is None:
        raise Http404
    login(request, member)
    return redirect("domain:home", telling.SLUG)

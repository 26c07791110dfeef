"""The parts of the practice: what they are called, and which there are."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.models import Area
from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import organizing
from members.forms import AreaForm
from members.http import OwnHttpRequest, as_organizer


@require_safe
@as_organizer
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_organizer
def add(request: OwnHttpRequest) -> HttpResponse:
    form = AreaForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        organizing.add_area(
            organizer=request.membership,
            name=form.cleaned_data["name"],
            at=timezone.now(),
        )
    except Refused as refused:
        return _page(request, form=form, refusal=refused.refusal, status=409)
    return redirect("members:areas", request.domain.slug)


@require_POST
@as_organizer
def rename(request: OwnHttpRequest, pk: int) -> HttpResponse:
    area = _area(request, pk)
    form = AreaForm(request.POST, prefix=f"area{pk}")
    if not form.is_valid():
        return _page(request, renaming=form, renamed=area, status=422)
    organizing.rename_area(
        organizer=request.membership,
        area=area,
        name=form.cleaned_data["name"],
        at=timezone.now(),
    )
    return redirect("members:areas", request.domain.slug)


@require_POST
@as_organizer
def remove(request: OwnHttpRequest, pk: int) -> HttpResponse:
    try:
        organizing.remove_area(
            organizer=request.membership, area=_area(request, pk), at=timezone.now()
        )
    except Refused as refused:
        return _page(request, refusal=refused.refusal, status=409)
    return redirect("members:areas", request.domain.slug)


def _area(request: OwnHttpRequest, pk: int) -> Area:
    return get_object_or_404(Area, pk=pk, domain=request.domain)


def _page(
    request: OwnHttpRequest,
    *,
    form: AreaForm | None = None,
    renaming: forms.Form | None = None,
    renamed: Area | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = [
        (
            area,
            renaming
            if renaming and area == renamed
            else AreaForm(prefix=f"area{area.pk}", initial={"name": area.name}),
        )
        for area in request.domain.areas.order_by("place", "pk")
    ]
    return render_page(
        request,
        "members/areas.html",
        {
            "section": "areas",
            "rows": rows,
            "adding": form or AreaForm(),
            "form": form or renaming or AreaForm(),
            "refusal": refusal,
        },
        status=status,
    )

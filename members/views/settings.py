"""How a member wants the site, what it shows of them, and the way out."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from members import preferring
from members.forms import SettingsForm
from members.http import memberships_of
from members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    member = cast("Member", request.user)
    if request.method != "POST":
        return _page(request, SettingsForm(instance=member))
    # A copy: a form that does not hold must not rename whoever reads the page.
    form = SettingsForm(request.POST, instance=Member(pk=member.pk))
    if not form.is_valid():
        return _page(request, form, status=422)
    preferring.prefer(member=member, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("members:settings")


def _page(
    request: HttpRequest, form: forms.BaseForm, *, status: int = 200
) -> HttpResponse:
    return render_page(
        request,
        "members/settings.html",
        {"form": form, "memberships": memberships_of(request)},
        status=status,
    )

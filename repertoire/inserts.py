"""What is put into a text while it is written: pictures, and what was copied elsewhere.

Doors without pages of their own.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain import pages
from domain.refusal import Refused
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, in_domain
from repertoire import illustrating, pasting
from repertoire.forms import PictureForm
from repertoire.http import OwnEntryHttpRequest
from repertoire.models import Picture


@require_safe
@in_domain
def picture(request: MemberHttpRequest, pk: int) -> HttpResponse:
    """A picture of the repertoire, to whoever may read it."""
    return pages.picture(get_object_or_404(Picture, domain=request.domain, pk=pk))


@require_POST
@as_member
def pasted(request: OwnHttpRequest) -> HttpResponse:
    """What was pasted into a text, as Markdown; the page has it as plain text already."""
    try:
        text = pasting.markdown(request.POST.get("html", ""))
    except pasting.TooTangled:
        return HttpResponse(status=413)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def added(
    request: OwnHttpRequest | OwnEntryHttpRequest,
) -> tuple[PictureForm, Picture | None]:
    """Take in the picture that the form of a text came with.

    Return the form for the next one and the picture, or what is wrong and none.
    """
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return form, None
    try:
        picture = illustrating.add(
            domain=request.domain,
            membership=request.membership,
            file=form.cleaned_data["picture"],
            words=form.cleaned_data["shows"],
            at=timezone.now(),
        )
    except Refused as refused:
        refusal = refused.refusal
        form.add_error("picture", f"{refusal.sentence} {refusal.opens}".strip())
        return form, None
    return PictureForm(), picture

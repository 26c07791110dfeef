from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from repertoire import legitimacy, rendering, revising, stories
from repertoire.forms import StoryForm
from repertoire.models import Entry
from repertoire.stories import Story


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def tell(request: OwnHttpRequest) -> HttpResponse:
    if request.method != "POST":
        title = request.GET.get("title", "")[:120]
        return _page(
            request, StoryForm(initial={"title": title}, domain=request.domain)
        )
    form = StoryForm(request.POST, domain=request.domain)
    if request.POST.get("act") == "preview":
        unfinished = StoryForm(initial=request.POST.dict(), domain=request.domain)
        return _page(request, unfinished, preview=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        entry = revising.write(
            domain=request.domain,
            membership=request.membership,
            kind=Entry.Kind.STORY,
            text=form.text(),
            area=form.cleaned_data["area"],
            at=timezone.now(),
        )
    except Refused as refused:
        form.add_error(
            "title" if refused.refusal.code == "title_taken" else None, str(refused)
        )
        return _page(request, form, status=409)
    if entry.current is None:
        messages.info(
            request,
            _("Thank you. An active member takes it in; until then it waits here."),
        )
    return redirect(entry)


def _page(
    request: OwnHttpRequest,
    form: StoryForm,
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    typed = Story(**{name: request.POST.get(name, "") for name in stories.HEADINGS})
    reader = rendering.reader_of(request.domain)
    return render_page(
        request,
        "repertoire/story.html",
        {
            "form": form,
            "publishes": legitimacy.publishes(request.membership),
            "preview_html": reader.markdown(stories.written(typed), prefix="preview")
            if preview
            else None,
            "preview_meaning": request.POST.get("meaning", ""),
        },
        pieces=("preview",),
        status=status,
    )

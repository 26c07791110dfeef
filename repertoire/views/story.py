from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member, typed_into
from members.typed import Typed
from repertoire import legitimacy, rendering, revising, stories
from repertoire.forms import StoryForm
from repertoire.models import Entry
from repertoire.stories import Story


@require_http_methods(["GET", "HEAD", "POST"])
@typed_into
@as_member
def tell(request: OwnHttpRequest) -> HttpResponse:
    typed = Typed(request, f"story:{request.domain.pk}", StoryForm.base_fields)
    act = request.POST.get("act", "save")
    if request.method != "POST":
        title = request.GET.get("title", "")[:120]
        initial = {"title": title, **typed.recall(is_filled_in=bool(title))}
        return _page(request, typed, StoryForm(initial=initial, domain=request.domain))
    if act == "forget":
        typed.forget()
        return redirect(request.path)
    if act != "save":
        unfinished = StoryForm(initial=typed.keep(), domain=request.domain)
        return _page(request, typed, unfinished, preview=act == "preview")
    form = StoryForm(request.POST, domain=request.domain)
    if not form.is_valid():
        return _page(request, typed, form, status=422)
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
        return _page(request, typed, form, status=409)
    if entry.current is None:
        messages.info(
            request,
            _("Thank you. An active member takes it in; until then it waits here."),
        )
    return typed.arrived(redirect(entry))


def _page(
    request: OwnHttpRequest,
    typed: Typed,
    form: StoryForm,
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    story = Story(**{name: request.POST.get(name, "") for name in stories.HEADINGS})
    reader = rendering.reader_of(request.domain)
    return render_page(
        request,
        "repertoire/story.html",
        {
            "form": form,
            "typed": typed,
            "publishes": legitimacy.publishes(request.membership),
            "preview_html": reader.markdown(stories.written(story), prefix="preview")
            if preview
            else None,
            "preview_meaning": request.POST.get("meaning", ""),
        },
        pieces=("preview", "draft_state"),
        status=status,
    )

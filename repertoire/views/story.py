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
from repertoire import illustrating, inserts, legitimacy, rendering, revising, stories
from repertoire.forms import PictureForm, StoryForm
from repertoire.models import Entry, Picture
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
        return _kept(request, typed, act)
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


def _kept(request: OwnHttpRequest, typed: Typed, act: str) -> HttpResponse:
    if act == "picture":
        return _illustrated(request, typed)
    unfinished = StoryForm(initial=typed.keep(), domain=request.domain)
    return _page(request, typed, unfinished, preview=act == "preview")


def _illustrated(request: OwnHttpRequest, typed: Typed) -> HttpResponse:
    """A picture was added. With script it goes where the cursor is, without below."""
    pictures, added = inserts.added(request)
    initial = typed.keep()
    if added and not request.htmx:
        initial["told"] = illustrating.below(initial["told"], added)
    return _page(
        request,
        typed,
        StoryForm(initial=initial, domain=request.domain),
        pictures=pictures,
        added=added,
        status=200 if added else 422,
    )


def _page(
    request: OwnHttpRequest,
    typed: Typed,
    form: StoryForm,
    *,
    preview: bool = False,
    pictures: PictureForm | None = None,
    added: Picture | None = None,
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
            "pictures": pictures or PictureForm(),
            "added": illustrating.markdown_of(added) if added else "",
        },
        pieces=("preview", "picture", "draft_state"),
        status=status,
    )

"""No more mail: one click from a mail, without signing in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from members import delivering, preferring


# Mail programs post to it by themselves (RFC 8058). The token says who it is, and
# only somebody who has the mail has the token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    member_id = delivering.member_to_spare(token)
    if member_id is None:
        raise Http404
    if request.method == "POST":
        preferring.stop_mail(member_id=member_id)
    return render_page(
        request, "members/stop_mail.html", {"is_done": request.method == "POST"}
    )

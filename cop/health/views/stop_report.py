"""No more Monday reports: one click from a mail, without signing in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cop.health import mailing
from domain.pages import render_page


# Mail programs post to it by themselves (RFC 8058). The token says whose it is, and
# only somebody who has the mail has the token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, community: str, token: str) -> HttpResponse:
    membership_id = mailing.membership_to_spare(token)
    if membership_id is None:
        raise Http404
    if request.method == "POST":
        mailing.stop(membership_id=membership_id)
    return render_page(
        request, "health/stop_report.html", {"is_done": request.method == "POST"}
    )

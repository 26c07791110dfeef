"""A bare Django view: what any page of a given size costs before it does anything.

The same middleware, the same template engine, the reader greeted by name if signed in,
one query by key, and rows from a fixed context until the page is as long as asked.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from cop import urls
from members.models import Membership

KIB = 1024
#: The length of one row as the template writes it; the frame is about as long.
ROW = 256
WORDS = (
    "It is needed, and somebody relies on it: readers of the autumn dataset & others."
)


def bare(request: HttpRequest, kib: int) -> HttpResponse:
    rows = [
        {"href": f"/c/bench/tasks/{number:06}/", "title": WORDS[:40], "words": WORDS}
        for number in range(kib * KIB // ROW)
    ]
    who = Membership.objects.get(pk=1)
    return render(request, "bench/bare.html", {"who": who, "rows": rows})


handler500 = urls.handler500
urlpatterns = [path("bare/<int:kib>/", bare), *urls.urlpatterns]

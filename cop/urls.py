from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cop.healthz import healthz

# Operators sign in like everybody else, under the same limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "cop.faults.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("cop.api.urls")),
    path("c/<slug:community>/", include("tasks.urls")),
    path("c/<slug:community>/", include("cop.home.community_urls")),
    path("c/<slug:community>/repertoire/", include("repertoire.urls")),
    path("c/<slug:community>/repertoire/", include("cop.bridges.urls")),
    path("c/<slug:community>/health/", include("cop.health.urls")),
    path("", include("cop.oauth.urls")),
    path("", include("cop.people.urls")),
    path("", include("cop.home.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("cop.demo.urls")))

"""OAuth 2.1 for programs, under the names by which allauth knows its own views.

Only these of them: no identities are given out, and no other grants are made.
"""

from allauth.idp.oidc import views as allauth_views
from django.urls import include, path

from cop.oauth.views import consent, metadata, programs
from cop.programs import resources

app_name = "idp"

_oauth = [
    path("authorize", consent.show, name="authorization"),
    path("token", programs.token, name="token"),
    path("revoke", allauth_views.revoke, name="revoke"),
    path("register", programs.register, name="client_registration"),
]

urlpatterns = [
    path("oauth/", include((_oauth, "oidc"))),
    path(".well-known/oauth-authorization-server", metadata.server, name="server"),
    *(
        path(
            f".well-known/oauth-protected-resource{door}",
            metadata.resource,
            {"door": door},
            name="resource",
        )
        for door in resources.DOORS
    ),
]

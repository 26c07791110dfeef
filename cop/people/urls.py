"""Everything about people: their own pages, a community's people, and its settings.

One namespace for two floors: what a page shows of the work or the repertoire comes from
up here, the rest from ``members``.
"""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from cop.people.views import (
    agent,
    agent_rules,
    agent_stop,
    agents,
    cohort,
    companions,
    disputes,
    hooks,
    line,
    log,
    me,
    people,
    profile,
    reasons,
    tokens,
)
from members.views import (
    areas,
    circles,
    closing,
    community_settings,
    found,
    join,
    notifications,
    organizer_log,
    place,
    roster,
    settings,
    stop_mail,
)

app_name = "members"

#: Short addresses for people to type and to send; ``?next=`` goes along.
SHORT = {
    "join": "account_signup",
    "login": "account_login",
    "logout": "account_logout",
}

_settings: list[URLPattern | URLResolver] = [
    path("", community_settings.first, name="community_settings"),
    path("areas/", areas.show, name="areas"),
    path("areas/add/", areas.add, name="add_area"),
    path("areas/<int:pk>/rename/", areas.rename, name="rename_area"),
    path("areas/<int:pk>/remove/", areas.remove, name="remove_area"),
    path("agents/", agent_rules.show, name="agent_rules"),
    path("agents/<slug:handle>/pause/", agent_rules.pause, name="halt_agent"),
    path("agents/<slug:handle>/resume/", agent_rules.resume, name="release_agent"),
    path("members/", roster.show, name="roster"),
    path("members/requests/<int:pk>/", roster.answer, name="answer_request"),
    path("members/invite/", roster.invite, name="invite"),
    path(
        "members/invitations/<int:pk>/withdraw/",
        roster.withdraw,
        name="withdraw_invitation",
    ),
    path("members/<slug:handle>/change/", roster.change, name="change_duties"),
    path("disputes/", disputes.show, name="disputes"),
    path("circles/", circles.show, name="circles"),
    path("circles/known/", circles.acknowledge, name="acknowledge_circle"),
    path("circles/known/<int:pk>/forget/", circles.forget, name="forget_circle"),
    path("log/", organizer_log.show, name="organizer_log"),
    path("<slug:section>/", community_settings.show, name="community_settings"),
]

_community: list[URLPattern | URLResolver] = [
    path("join/", join.show, name="join"),
    path("companions/", companions.show, name="companions"),
    path("companions/seek/", companions.seek, name="seek_companion"),
    path("companions/<int:pk>/accept/", companions.accept, name="accept_companion"),
    path("companions/<int:pk>/pass/", companions.pass_on, name="pass_companion"),
    path("companions/<int:pk>/part/", companions.part, name="part_companion"),
    path("companions/<int:pk>/longer/", companions.wish, name="wish_mentor"),
    path("companions/<int:pk>/word/", companions.say, name="say_to_companion"),
    path("people/", people.show, name="people"),
    path("people/cohort/<str:month>/", cohort.show, name="cohort"),
    path("people/<slug:handle>/", profile.show, name="profile"),
    path("people/<slug:handle>/log/", log.show, name="log"),
    path("people/<slug:handle>/why/", reasons.show, name="reasons"),
    path("people/<slug:handle>/lines/<int:pk>/", line.show, name="line"),
    path("people/<slug:handle>/lines/<int:pk>/dispute/", line.dispute, name="dispute"),
    path("people/<slug:handle>/lines/<int:pk>/answer/", line.answer, name="answer"),
    path("settings/", include(_settings)),
]

_tokens: list[URLPattern | URLResolver] = [
    path("<int:pk>/rotate/", tokens.rotate, name="rotate_token"),
    path("<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
]

_agent: list[URLPattern | URLResolver] = [
    path("", agent.show, name="agent"),
    path("bring/", agent.bring, name="bring_agent"),
    path("pause/", agent.pause, name="pause_agent"),
    path("resume/", agent.resume, name="resume_agent"),
    path("stop/", agent_stop.show, name="stop_agent"),
    path("tokens/", tokens.make, name="make_token"),
    path("tokens/", include(_tokens)),
    path("grants/<slug:client>/revoke/", agent.revoke_grant, name="revoke_grant"),
]

_mine: list[URLPattern | URLResolver] = [
    path("", me.show, name="me"),
    path("agents/", agents.show, name="agents"),
    path("agents/<slug:handle>/", include(_agent)),
    path("tokens/", tokens.show, name="tokens"),
    path("tokens/make/", tokens.make, name="make_token"),
    path("tokens/", include(_tokens)),
    path("hooks/", hooks.show, name="hooks"),
    path("hooks/<int:pk>/try/", hooks.try_out, name="try_hook"),
    path("hooks/<int:pk>/on/", hooks.switch_on, name="switch_on_hook"),
    path("hooks/<int:pk>/remove/", hooks.remove, name="remove_hook"),
    path("notifications/", notifications.show, name="notifications"),
    path("notifications/read/", notifications.read, name="read_notifications"),
    path("notifications/unread/", notifications.unread, name="unread_notifications"),
    path("notifications/<int:pk>/", notifications.open_, name="open_notification"),
    path("settings/", settings.show, name="settings"),
    path("settings/closing/", closing.show, name="closing"),
    path("settings/in/<slug:community>/", place.show, name="place"),
    path("settings/in/<slug:community>/leave/", place.leave, name="leave"),
    path("mail/<str:token>/", stop_mail.show, name="stop_mail"),
]

urlpatterns = [
    *(
        path(
            f"{short}/",
            RedirectView.as_view(pattern_name=name, query_string=True),
            name=f"short_{short}",
        )
        for short, name in SHORT.items()
    ),
    path("start-a-community/", found.show, name="found"),
    path("me/", include(_mine)),
    path("c/<slug:community>/", include(_community)),
]

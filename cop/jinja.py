"""The words pages are written with: Jinja2's environment."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import timezone, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext
from django_htmx.jinja import django_htmx_script, htmx_script
from jinja2 import Environment
from markupsafe import Markup

from cop import looks
from cop.looks import in_words
from members.drafting import hand_of


@lru_cache(maxsize=8192)
def _address(_pages: str | None, name: str, args: tuple[Any, ...]) -> str | None:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def url(name: str, *args: Any) -> str:
    # What leads nowhere is a mistake in a template: told again, with its reasons.
    return maybe_url(name, *args) or reverse(name, args=args)


def maybe_url(name: str, *args: Any) -> str | None:
    """The address of a page, or None on a site that does not have it.

    Put together once a process: every page holds dozens, and always the same ones.
    """
    return _address(get_urlconf(), name, args)


def day(value: date) -> str:
    """The day as people say it: "3 October", with the year when it is another."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    same_year = value.year == timezone.localdate().year
    return in_words(value, "j F" if same_year else "j F Y")


def quarter(value: date) -> str:
    """The quarter of a year that a day lies in."""
    return f"Q{(value.month + 2) // 3} {value.year}"


def ago(value: datetime) -> str:
    """The distance from now in one unit: "5 hours ago", "in 3 days"."""
    now = timezone.now()
    if abs(now - value) < timedelta(minutes=1):
        return gettext("just now")
    if value < now:
        return gettext("%(time)s ago") % {"time": timesince(value, now, depth=1)}
    return gettext("in %(time)s") % {"time": timeuntil(value, now, depth=1)}


def when(value: datetime) -> SafeString:
    """``ago`` for readers, with the exact time for machines and on pointing at it."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        in_words(timezone.localtime(value), "j F Y, H:i e"),
        ago(value),
    )


def remembered(translate: Callable[[str], str]) -> Callable[[str], str]:
    """Translate each message once a process.

    A page says some two hundred, and the catalogues of all apps hang one behind the
    other, to be asked in turn.
    """
    in_language = lru_cache(maxsize=8192)(lambda _language, words: translate(words))
    return lambda words: in_language(translation.get_language(), words)


@lru_cache(maxsize=8192)
def _message(_language: str | None, words: str) -> Markup:
    return Markup(gettext(words))  # noqa: S704 - messages are the site's own words


@lru_cache(maxsize=8192)
def _whole_message(language: str | None, words: str) -> Markup:
    return _message(language, words) % {}


def say(words: str, /, **values: object) -> Markup:
    """``_`` in templates: what Jinja's own comes to, without finding it anew."""
    language = translation.get_language()
    if values:
        return _message(language, words) % values
    return _whole_message(language, words)


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701 - Django's backend asks for autoescape in options
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=remembered(translation.gettext),
        ngettext=translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {
        "_": say,
        "static": static,
        "url": url,
        "maybe_url": maybe_url,
        "htmx_script": htmx_script,
        "django_htmx_script": django_htmx_script,
    }
    env.filters |= {
        "json_script": json_script,
        "day": day,
        "quarter": quarter,
        "ago": ago,
        "when": when,
        "hand": hand_of,
        **looks.FILTERS,
    }
    return env

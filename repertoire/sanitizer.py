"""The second barrier between what a member typed and a reader's browser.

The Markdown renderer already emits nothing but known tags. This allow-list holds even
if it did not: whatever HTML comes in, what goes out runs no script, names no element
of the surrounding page and makes the browser call no other host.
"""

import re

import nh3

SCHEMES = {"http", "https", "mailto"}

#: What browsers leave out before they look for a scheme.
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0]+")

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)

#: Browsers read a backslash as a slash: ``/\\host`` leads away as ``//host`` does.
_HOST = re.compile(r"[/\\]{2}")

_ALIGNED = {"align-left", "align-center", "align-right"}

_CLASSES = {
    "a": {
        *("entry", "term", "asks", "wanted", "task", "member"),
        *("address", "sub", "footnote-back"),
    },
    "span": {"wanted"},
    "div": {"tbl-scroll", "section-h"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "ul": {"checklist"},
    "ol": {"checklist"},
    "th": _ALIGNED,
    "td": _ALIGNED,
}

_ATTRIBUTES = {
    "a": {"href", "rel", "id", "title", "aria-label"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "input": {"disabled", "checked", "aria-label"},
    "section": {"aria-label"},
    "div": {"aria-label"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "li": {"id"},
}

_FIXED_VALUES = {
    "a": {"rel": {"nofollow ugc noopener"}},
    "div": {"role": {"group"}, "tabindex": {"0"}},
    "input": {"type": {"checkbox"}},
    "pre": {"tabindex": {"0"}},
    "img": {"loading": {"lazy"}},
    "th": {"scope": {"col"}},
}

_TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code"),
    *("em", "strong", "s", "sup", "a", "img", "span"),
    *("h2", "h3", "h4", "h5", "h6"),
    *("ul", "ol", "li", "dl", "dt", "dd", "input"),
    *("div", "table", "thead", "tbody", "tr", "th", "td", "section"),
}


def sanitize(html: str, *, anchor_prefix: str) -> str:
    """Return ``html`` reduced to what a member's text may hold."""

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id" and not value.startswith(f"{anchor_prefix}-"):
            return None
        if attribute == "src" and not is_picture_of_this_site(value):
            return None
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={
            tag: names - set(_FIXED_VALUES.get(tag, ()))
            for tag, names in _ATTRIBUTES.items()
        },
        tag_attribute_values=_FIXED_VALUES,
        allowed_classes=_CLASSES,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        link_rel=None,
    )


def is_safe(address: str) -> bool:
    """Whether following the address runs nothing."""
    scheme = _SCHEME.match(_IGNORED.sub("", address))
    return scheme is None or scheme[1].lower() in SCHEMES


def is_on_site(address: str) -> bool:
    """Whether following the address leads nowhere but to this site."""
    bare = _IGNORED.sub("", address)
    return not (_SCHEME.match(bare) or _HOST.match(bare))


def is_picture_of_this_site(address: str) -> bool:
    """Whether the browser may fetch the picture unasked."""
    return address.startswith("/") and is_on_site(address)

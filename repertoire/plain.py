"""What a text in Markdown says, where there is only room for its words. Pure."""

import re

_FENCE = re.compile(r"^(?:```|~~~).*$", re.MULTILINE)
_LINK = re.compile(
    r"!?\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]|!?\[([^\[\]\n]*)\]\([^()\n]*\)"
)
_LINE = re.compile(
    r"^\s*(?:[#>]+\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|[:|\-\s]+$)", re.MULTILINE
)
_SIGNS = re.compile(r"[*_`~|]+")


def plain(text: str) -> str:
    """What a text in Markdown says, without its signs, on one line."""
    text = _LINE.sub("", _FENCE.sub("", text))
    text = _LINK.sub(lambda link: link[1] or link[2] or "", text)
    return " ".join(_SIGNS.sub("", text).split())

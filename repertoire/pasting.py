"""Pasting: what was copied from a page or a document, as Markdown.

Pure. What runs or is not text is left out before anything reads it: browsers put
whatever they like on a clipboard, and so do pages.
"""

import re
from html import unescape

import nh3
from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from repertoire.sanitizer import SCHEMES

#: Characters of HTML. Documents say in ten what a page says in one.
LONGEST = 300_000
#: Elements within elements. The time it takes grows with the square of them.
DEEPEST = 200

_TAGS = {
    *("p", "div", "br", "hr", "blockquote", "pre", "code", "a", "img"),
    *("b", "strong", "i", "em", "s", "del", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    # Documents wrap all they copy in letters that are bold and say they are not.
    "b": {"style"},
    "th": {"colspan"},
    "td": {"colspan"},
}


class TooTangled(ValueError):
    """The HTML is too long, or too deep, for anything that people read."""


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
#: They hold nothing, and so are never closed.
_EMPTY = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


_NOT_BOLD = re.compile(r"font-weight:\s*(normal|400)")


def markdown(html: str) -> str:
    """Return what the HTML says, in the dialect that entries are written in."""
    if len(html) > LONGEST or _depth(html) > DEEPEST:
        raise TooTangled
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    )
    if "<" not in clean:
        return unescape(clean).strip()
    soup = BeautifulSoup(clean, "html.parser")
    for bold in soup.find_all("b", style=_NOT_BOLD):
        bold.unwrap()
    # They lead to somewhere on the page that was copied, and nowhere here.
    for link in soup.find_all("a", href=re.compile("^#")):
        link.unwrap()
    for picture in soup.find_all("img", src=lambda src: not _is_elsewhere(src)):
        picture.replace_with(str(picture.get("alt", "")))
    for words in soup.find_all(string=re.compile(r"\|")):
        if words.find_parent(["td", "th"]):
            words.replace_with(words.replace("|", "\\|"))
    converter = MarkdownConverter(
        heading_style="ATX",
        bullets="-",
        newline_style="BACKSLASH",
        table_infer_header=True,
    )
    text = str(converter.convert_soup(soup))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _is_elsewhere(address: str | None) -> bool:
    return bool(address) and str(address).startswith(("http:", "https:"))


def _depth(html: str) -> int:
    """How deep the elements lie in one another, told before anything reads them.

    Browsers close whatever they copy.
    """
    depth = deepest = 0
    for closes, tag in _TAG.findall(html):
        if tag.lower() not in _EMPTY:
            depth = max(depth - 1, 0) if closes else depth + 1
            deepest = max(deepest, depth)
    return deepest

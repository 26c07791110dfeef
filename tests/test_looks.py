"""What the looks promise: small, legible to everyone, strict, and in our words."""

import gzip
import math
import re
from itertools import pairwise
from pathlib import Path

import django_htmx
import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static/css/cop.css"
OURS = ROOT / "static/js/cop.js"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
# Mails are plain text or have a look of their own.
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if not {"email", "messages"} & set(path.parts)
)
THEMES = ("light", "dark")
TEXT, MARK = 4.5, 3.0


def named(path):
    return str(path.relative_to(ROOT))


def zipped(*paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_the_stylesheet_is_small():
    bare = re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.DOTALL)
    bare = re.sub(r"\s*([{};:,>])\s*", r"\1", bare)

    assert zipped(CSS) <= 10_000
    assert len(bare) <= 40_000


def test_the_scripts_are_small():
    assert zipped(OURS) <= 6_000
    assert zipped(OURS, HTMX) <= 30_000


def test_the_fonts_are_small_and_carry_their_licence():
    fonts = ROOT / "static/fonts"

    assert sum(font.stat().st_size for font in fonts.glob("*.woff2")) <= 95_000
    assert "SIL Open Font License" in (fonts / "NOTICE.txt").read_text()
    assert (fonts / "OFL.txt").exists()


# Colours, as the eye takes them: OKLCH to what a screen of eight bits shows.


def tokens():
    number = r"([\d.]+)"
    colour = rf"oklch\({number} {number} {number}\)"
    pairs = re.findall(
        rf"--([\w-]+): light-dark\({colour}, {colour}\);", CSS.read_text()
    )
    return {
        name: {
            "light": tuple(map(float, numbers[:3])),
            "dark": tuple(map(float, numbers[3:])),
        }
        for name, *numbers in pairs
    }


TOKENS = tokens()


def linear(lightness, chroma, hue):
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def shown(channel):
    channel = min(1.0, max(0.0, channel))
    encoded = (
        12.92 * channel
        if channel <= 0.0031308
        else 1.055 * channel ** (1 / 2.4) - 0.055
    )
    encoded = round(encoded * 255) / 255
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4


def luminance(name, theme):
    red, green, blue = map(shown, linear(*TOKENS[name][theme]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other, theme):
    dim, bright = sorted((luminance(one, theme), luminance(other, theme)))
    return (bright + 0.05) / (dim + 0.05)


GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("ink", "ink-2", "ink-3", "link")
        for ground in GROUNDS
    ),
    *(("line-strong", ground, MARK) for ground in GROUNDS),
    ("on-action", "action", TEXT),
    ("focus", "paper", MARK),
    ("focus", "surface", MARK),
]
for kind in ("ok", "revise", "acc", "watch", "act"):
    PAIRS += [
        (f"{kind}-ink", f"{kind}-tint", TEXT),
        (f"{kind}-ink", "surface", TEXT),
        ("ink", f"{kind}-tint", TEXT),
        ("link", f"{kind}-tint", TEXT),
        (f"{kind}-line", "surface", MARK),
        (f"{kind}-line", "paper", MARK),
    ]
for zone in ("z1", "z2", "z3", "z4"):
    PAIRS += [
        (f"{zone}-ink", f"{zone}-tint", TEXT),
        (f"{zone}-ink", "surface", TEXT),
        *((ink, f"{zone}-tint", TEXT) for ink in ("ink", "ink-2", "ink-3")),
        (f"{zone}-line", f"{zone}-tint", MARK),
        (f"{zone}-line", "surface", MARK),
        (f"{zone}-line", "paper", MARK),
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_can_be_read(theme):
    too_faint = [
        (one, other, round(contrast(one, other, theme), 2))
        for one, other, needed in PAIRS
        if contrast(one, other, theme) < needed
    ]

    assert too_faint == []


@pytest.mark.parametrize("theme", THEMES)
def test_zones_can_be_told_apart_without_colour(theme):
    """Lightness alone orders them: falling toward the core in light, rising in dark."""
    lightness = [TOKENS[f"z{zone}-fill"][theme][0] for zone in range(1, 5)]
    steps = [b - a for a, b in pairwise(lightness)]

    assert all(step <= -0.1 for step in steps) or all(step >= 0.1 for step in steps)


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_is_one_that_screens_have(theme):
    beyond = [
        name
        for name, colour in TOKENS.items()
        if not all(-1e-3 <= channel <= 1 + 1e-3 for channel in linear(*colour[theme]))
    ]

    assert beyond == []


# Templates


def without_comments(text):
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_nothing_in_a_page_needs_an_exception_from_the_policy(path):
    text = without_comments(path.read_text())

    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"""\son[a-z]+=["']|\shx-on""", text) == []
    assert re.findall(r"javascript:", text) == []
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert [s for s in scripts if "src=" not in s and "application/json" not in s] == []


@pytest.mark.parametrize("path", [CSS, OURS, *TEMPLATES], ids=named)
def test_no_page_calls_another_host(path):
    text = path.read_text()

    assert (
        re.findall(r"""(?:src|href|url|action)\s*[=(]\s*["']?(?:https?:)?//""", text)
        == []
    )
    assert "@import" not in text


UNWANTED = re.compile(
    r"\b(?:oops|success(?:ful|fully)|submit\w*|reject\w*|fail|fails|failed|invalid|level up|unlock\w*"
    r"|earn|earns|earned|rank|ranks|users?|resources?)\b|!",
    re.IGNORECASE,
)


def words_of(text):
    """What readers see of a template: translated strings, and text between tags."""
    said = [b or a for b, a in re.findall(r"""\b_\(\s*(?:"([^"]*)"|'([^']*)')""", text)]
    text = re.sub(r"\{%\s*trans\b.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    return [*said, *re.sub(r"<[^>]*>", "\n", text).splitlines()]


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_pages_speak_in_our_words(path):
    words = words_of(without_comments(path.read_text()))

    assert [said for said in words if UNWANTED.search(said)] == []


@pytest.mark.parametrize("name", ["500.html", "503.html", "403_csrf.html"])
def test_pages_for_bad_times_need_nothing(name):
    page = get_template(name).render()

    assert page.count("<h1>") == 1
    assert "Help and contact" in page


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (ROOT / "static/icons/sprite.svg").read_text()
    drawn = set(re.findall(r'id="i-([\w-]+)"', sprite))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""\bic\(\s*["']([\w-]+)["']""", path.read_text())
    }

    assert asked - drawn == set()


def test_no_page_sets_a_name_that_the_frame_sets_after_it():
    def set_in(text):
        return set(re.findall(r"{%-? set (\w+)", text))

    frame = ROOT / "templates/base.html"
    pages = {path: path.read_text() for path in TEMPLATES if path != frame}

    assert not {
        named(path): clash
        for path, text in pages.items()
        if "{% extends" in text and (clash := set_in(text) & set_in(frame.read_text()))
    }

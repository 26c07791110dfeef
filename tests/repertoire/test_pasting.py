"""What is copied from pages and documents becomes Markdown, and nothing of it runs."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from repertoire import markup, pasting
from tests.makers import make_member
from tests.repertoire.test_markup import PAYLOADS, assert_inert

PAGE = """<meta charset="utf-8"><style>p { color: red }</style><script>alert(1)</script>
<h2>Rinsing</h2><p onclick="alert(1)">See <a href="https://example.org/rinse">how</a>.</p>
<ul><li>Twice<ul><li>in the lab</li></ul></li><li><b>Cold</b></li></ul>
<ol start="3"><li>Pour</li></ol>
<table><tr><td>Jar</td><td>Day</td></tr><tr><td>A</td><td>2|3</td></tr></table>
<img src="https://example.org/jar.png" alt="A jar"><img src="data:image/png;base64,AAAA" alt="near">
<a href="#top">Up</a> <a href="javascript:alert(1)">Not this</a>"""

TEXT = """## Rinsing

See [how](https://example.org/rinse).

- Twice
  - in the lab
- **Cold**

3. Pour

| Jar | Day |
| --- | --- |
| A | 2\\|3 |

![A jar](https://example.org/jar.png)near
Up Not this"""


def test_links_tables_lists_and_headings_are_kept():
    assert pasting.markdown(PAGE) == TEXT


def test_what_a_document_wraps_in_bold_that_is_none_is_not_bold():
    html = '<b style="font-weight: normal" id="docs-x"><p>So <b>bold</b>.</p></b>'

    assert pasting.markdown(html) == "So **bold**."


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_would_run_elsewhere_does_nothing_here(payload):
    text = pasting.markdown(f"<p>{payload}</p>")

    assert_inert(markup.render(text, anchor_prefix="text").html)


@given(st.text(max_size=300))
def test_any_text_comes_to_something(text):
    pasting.markdown(text)


@pytest.mark.parametrize("html", ["x" * 300_001, "<ul><li>" * 101])
def test_what_nobody_reads_is_refused(html):
    with pytest.raises(pasting.TooTangled):
        pasting.markdown(html)


def paste(client, domain, html):
    return client.post(reverse("repertoire:paste", args=[domain.slug]), {"html": html})


@pytest.mark.django_db
def test_the_page_gets_markdown_as_plain_text(client, domain, newcomer):
    answer = paste(client, domain, "<h1>One</h1>")

    assert (answer.status_code, answer.text) == (200, "# One")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert paste(client, domain, "x" * 300_001).status_code == 413


@pytest.mark.django_db
def test_only_members_have_it_turned(client, domain):
    assert paste(client, domain, "<h1>One</h1>").status_code == 302
    client.force_login(make_member())
    assert paste(client, domain, "<h1>One</h1>").status_code == 302


@pytest.mark.django_db
def test_another_site_cannot_have_it_turned(domain, newcomer, client):
    client.handler.enforce_csrf_checks = True

    assert paste(client, domain, "<h1>One</h1>").status_code == 403

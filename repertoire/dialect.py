"""The dialect: Markdown as members write it, and the tags it is written out in.

CommonMark with tables, strikethrough, footnotes, definition lists and checklists, and
with three references of our own, which stay tokens here: ``entry``, ``task`` and
``member``. What they lead to is settled in ``markup``. HTML is text like any other.
"""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from repertoire.sanitizer import is_safe

#: Lists ten deep, more than anybody can follow.
DEEPEST = 20

#: Each bracket may begin a link that ends far away; one that proves to be none costs
#: a search. A text with thousands of links stays far below this many searches.
MOST_SEARCHES = 40_000

#: A quote looks for lines that go on with it unmarked as far as the next empty line; one
#: that finds none looked in vain, and the next one looks again. After so many lines only
#: marked ones are part of a quote.
MOST_LOOKED_AT = 20_000

ENTRY = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]|\n]{1,200}))?\]\]")
TASK = re.compile(r"#([0-9]{1,9})\b")
MEMBER = re.compile(r"@([a-z0-9](?:-?[a-z0-9]){0,39})\b(?!-?\w)", re.IGNORECASE)

#: ``#12`` and ``@maya`` stand at the start of a word, never inside one or an address.
_OPENERS = frozenset(" \n\t([{\"'“‘—–,;*_~")


def parser(settle: Callable[[StateCore], None]) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(deflist_plugin)
    # The plugin put its own tags in place of ours.
    markdown.renderer = _Renderer(markdown)
    markdown.block.ruler.at(
        "blockquote",
        _quote_rule,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    markdown.inline.ruler.before("link", "tangle", _tangle_rule)
    markdown.inline.ruler.before("link", "entry", _entry_rule)
    markdown.inline.ruler.push("task", _task_rule)
    markdown.inline.ruler.push("member", _member_rule)
    markdown.core.ruler.before("footnote_tail", "unnest", _unnest_notes)
    markdown.core.ruler.push("settle", settle)
    markdown.validateLink = is_safe  # type: ignore[method-assign, assignment]
    return markdown


def _unnest_notes(state: StateCore) -> None:
    """Put a footnote told of within another beside it.

    The plugin, which moves them to the end, loses what stood around the inner one, and
    leaves lists closed that nobody opened.
    """
    told: list[Token] = []
    within: list[list[Token]] = []
    notes: list[Token] = []
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            within.append([])
        (within[-1] if within else told).append(token)
        if token.type == "footnote_reference_close":
            notes += within.pop()
    state.tokens = told + notes


def _quote_rule(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    looked_at = state.env.get("looked_at", 0)
    if looked_at > MOST_LOOKED_AT:
        unmarked = (n for n in range(first + 1, end) if not _is_quoted(state, n))
        return blockquote(state, first, next(unmarked, end), silent)
    if not blockquote(state, first, end, silent):
        return False
    if not silent:
        empty = (n for n in range(state.line, end) if state.isEmpty(n))
        state.env["looked_at"] = looked_at + next(empty, end) - state.line
    return True


def _is_quoted(state: StateBlock, line: int) -> bool:
    return state.src.startswith(">", state.bMarks[line] + state.tShift[line])


def _tangle_rule(state: StateInline, silent: bool) -> bool:
    """Read brackets as plain text once too many have been searched for their ends."""
    if state.src[state.pos] not in "[!^":
        return False
    state.env["searches"] = state.env.get("searches", 0) + 1
    if state.env["searches"] <= MOST_SEARCHES:
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _entry_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos) or state.linkLevel:
        return False
    found = ENTRY.match(state.src, state.pos, state.posMax)
    if not found or not found[1].strip():
        return False
    if not silent:
        token = state.push("entry", "", 0)
        token.content = (found[2] or found[1]).strip() or found[1].strip()
        token.meta = {"name": found[1].strip()}
    state.pos = found.end()
    return True


def _task_rule(state: StateInline, silent: bool) -> bool:
    found = _at_word_start(state, TASK)
    if not found:
        return False
    if not silent:
        token = state.push("task", "", 0)
        token.content, token.meta = found[0], {"number": int(found[1])}
    state.pos = found.end()
    return True


def _member_rule(state: StateInline, silent: bool) -> bool:
    found = _at_word_start(state, MEMBER)
    if not found:
        return False
    if not silent:
        token = state.push("member", "", 0)
        token.content, token.meta = found[0], {"handle": found[1].lower()}
    state.pos = found.end()
    return True


def _at_word_start(state: StateInline, what: re.Pattern[str]) -> re.Match[str] | None:
    if state.linkLevel or (state.pos and state.src[state.pos - 1] not in _OPENERS):
        return None
    return what.match(state.src, state.pos, state.posMax)


class _Renderer(RendererHTML):
    """What differs from plain HTML: checkboxes, wide tables, code and footnotes."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        opened = self.renderToken(tokens, idx, options, env)
        if "edited_at" in tokens[idx].meta:
            return f'<div class="section-h">{opened}'
        return opened

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        closed, meta = self.renderToken(tokens, idx, options, env), tokens[idx].meta
        if "edited_at" not in meta:
            return closed
        # Beside the heading and not in it, so that it is no part of its name.
        label = escape(_("Edit: %(section)s") % {"section": meta["words"]})
        return (
            f'{closed.rstrip()}<a class="sub" href="{escape(meta["edited_at"])}"'
            f' aria-label="{label}">{escape(_("Edit"))}</a></div>\n'
        )

    def checkbox(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        done = tokens[idx].meta["done"]
        label = escape(_("Done") if done else _("To do"))
        checked = " checked" if done else ""
        return f'<input type="checkbox" disabled{checked} aria-label="{label}">'

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        label = escape(_("Table"))
        return f'<div class="tbl-scroll" role="group" tabindex="0" aria-label="{label}"><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table></div>\n"

    def fence(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        code = escape(tokens[idx].content)
        return f'<pre tabindex="0"><code>{code}</code></pre>\n'

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.fence(tokens, idx, options, env)

    def footnote_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        note, nth = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0) + 1
        prefix = env["anchor_prefix"]
        label = escape(_("Footnote %(number)s") % {"number": note})
        return (
            f'<sup class="footnote-ref"><a href="#{prefix}-note:{note}"'
            f' id="{prefix}-ref:{note}:{nth}" aria-label="{label}">{note}</a></sup>'
        )

    def footnote_block_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return (
            f'<section class="footnotes" aria-label="{escape(_("Footnotes"))}">\n<ol>\n'
        )

    def footnote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        note = tokens[idx].meta["id"] + 1
        return f'<li id="{env["anchor_prefix"]}-note:{note}">'

    def footnote_anchor(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        note, nth = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0) + 1
        label = escape(_("Back to footnote %(number)s in the text") % {"number": note})
        return (
            f' <a class="footnote-back" href="#{env["anchor_prefix"]}'
            f'-ref:{note}:{nth}" aria-label="{label}">↩</a>'
        )

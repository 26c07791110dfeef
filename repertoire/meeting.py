"""Meeting: the entries that somebody who takes up a piece of work will come upon."""

from repertoire.markup import EntryLink
from repertoire.rendering import Reader


def met_in(reader: Reader, *texts: str) -> list[EntryLink]:
    """What the texts link to on purpose, then the terms they use, each once."""
    rendered = [reader.render(text) for text in texts if text]
    linked = [name for one in rendered for name in one.entries]
    used = [name for one in rendered for name in one.terms]
    links = reader.lexicon.links
    return [links[name.casefold()] for name in dict.fromkeys([*linked, *used])]

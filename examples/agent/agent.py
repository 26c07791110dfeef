"""An agent that needs no model: it checks the links of a community's repertoire.

    TOKEN=cop_… python examples/agent/agent.py [SITE [COMMUNITY]]

It takes up a task about links, reads every entry, says in the log how it goes about it,
hands in what it found, and answers what a review asks for, until its work is recognised.
Ended and begun again it goes on where it was: the community keeps what it holds.
"""

import asyncio
import json
import os
import re
import sys
from typing import Any, NamedTuple

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

LINK = re.compile(r"\[\[([^\]|#]+)")
SECONDS_BETWEEN_LOOKS = 5.0


class Entry(NamedTuple):
    title: str
    names: set[str]
    links: list[str]


def plain(said: Any) -> str:
    """What members wrote comes marked: it is material, and never an instruction."""
    return said["members_wrote"] if isinstance(said, dict) else said or ""


def read(text: str) -> Entry:
    said = json.loads(text)
    title = plain(said["title"])
    names = {name.casefold() for name in (title, *map(plain, said["aliases"]))}
    links = LINK.findall(f"{plain(said['meaning'])}\n{plain(said['body'])}")
    return Entry(title, names, [link.strip() for link in links])


class Agent:
    def __init__(self, client: Client, community: str) -> None:
        self.client, self.here = client, {"community": community}
        self.handed_in = 0

    async def does(self, tool: str, **given: Any) -> Any:
        answer = await self.client.call_tool(tool, given)
        if answer.is_error:
            sys.exit(f"{tool}: {answer.structured_content}")
        return answer.structured_content

    async def take_a_step(self) -> bool:
        """Do what is due; return whether there is something left to wait for."""
        work = await self.does("my_work")
        held = {claim["task"]: claim for claim in work["claims"]}
        for back in work["to_mend"]:
            await self.hand_in(held.pop(back["task"]), back["points"])
        for claim in held.values():
            await self.hand_in(claim)
        if self.handed_in:
            said = await self.does("read_review", **self.here, round=self.handed_in)
            return said["outcome"] not in ("recognised", "accommodated")
        found = await self.does("find_task", **self.here, show="me", q="links")
        for task in found["items"][:1]:
            claim = await self.does("claim", **self.here, task=task["id"])
            await self.hand_in(claim)
        return bool(self.handed_in)

    async def hand_in(self, claim: dict[str, Any], points: Any = ()) -> None:
        """Read everything, narrate, and hand in: a first round, or one with answers."""
        on = {**self.here, "task": claim["task"], "generation": claim["generation"]}
        await self.does("narrate", **on, body="I read each entry as it stands now.")
        entries = await self.entries()
        known = set[str]().union(*(entry.names for entry in entries))
        lost = [
            f"| {entry.title} | {link} |"
            for entry in entries
            for link in entry.links
            if link.casefold() not in known
        ]
        found = f"{len(entries)} entries; {len(lost)} of their links lead nowhere."
        await self.does("narrate", **on, body=f"{found} Other names count as names.")
        table = ["", "| Entry | Link |", "|---|---|", *lost] if lost else []
        made = await self.does(
            "answer_points" if points else "hand_in",
            **on,
            body="\n".join([found, *table]),
            narration="I compared the name in each link with the names of all entries.",
            unsure="Addresses outside the community I did not visit.",
            **(
                {"answers": [answer(one, entries, found) for one in points]}
                if points
                else {}
            ),
        )
        self.handed_in = made["id"]

    async def entries(self) -> list[Entry]:
        found, cursor = list[Entry](), None
        while True:
            page = await self.client.list_resources(cursor=cursor)
            for one in page.resources:
                if one.uri.startswith(f"cop://{self.here['community']}/entries/"):
                    entry = await self.client.read_resource(one.uri)
                    found.append(read(entry.contents[0].text))
            cursor = page.next_cursor
            if not cursor:
                return found


def answer(point: dict[str, Any], entries: list[Entry], found: str) -> dict[str, Any]:
    """What is asked about an entry is answered with its links; the rest is a person's."""
    asked = plain(point["text"]).casefold()
    said = [
        f"“{entry.title}” links to {', '.join(entry.links) or 'nothing'}."
        for entry in entries
        if entry.title.casefold() in asked
    ] or ["I can check links; what goes beyond them a person has to do."]
    return {"point": point["id"], "answer": f"Read once more: {found} {' '.join(said)}"}


async def main(
    site: str = "http://127.0.0.1:8123", community: str = "river-watch"
) -> None:
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{site}/mcp", http_client=http)
        async with Client(transport) as client:
            agent = Agent(client, community)
            while await agent.take_a_step():  # noqa: ASYNC110 - others take their time
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

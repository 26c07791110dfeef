"""The tools, one module a subject; importing this registers them all."""

from cop.mcp.registry import TOOLS
from cop.mcp.tools import claims, communities, entries, mine, rounds, tasks

__all__ = ["TOOLS", "claims", "communities", "entries", "mine", "rounds", "tasks"]

"""Where the door stands: at ``/mcp`` of a site, in front of everything else there.

Every request stands alone (no sessions, answers in JSON), so that any process of a site
answers any of them. Under the protocol's current version and the ones before.
"""

from typing import Final

from django.conf import settings
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from cop.mcp.gate import App, Gate, Message, Receive, Send
from cop.mcp.server import server
from cop.programs import resources

PATH: Final = resources.MCP


class Doors:
    """An application with this door beside another, which has all other addresses."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.manager = StreamableHTTPSessionManager(
            server(),
            stateless=True,
            json_response=True,
            # As much as any other request of a site may bring.
            max_request_body_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 2**20,
        )
        self.gate = Gate(self.manager.handle_request)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"].rstrip("/") == PATH:
            await self.gate(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """From start to end of a process, which Django itself is not told of."""
        await receive()
        async with self.manager.run():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

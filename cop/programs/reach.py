"""Reach: posting to addresses that members gave, and to nothing on the inside.

A name is looked up once, what it stands for is judged, and the connection goes to just
that address: a name asked a second time could stand for something else by then.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpcore2

from cop.programs.models import Trouble

#: Seconds a post may take, from looking up the name to the first line of the answer.
LONGEST: Final = 10.0

#: IPv6 addresses that a gateway turns into the IPv4 address they end with (RFC 6052).
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreached(Exception):
    """Nobody answered, or nobody may be asked."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.label)
        self.trouble = trouble


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Post to a public address and return the status; what else it says is not read.

    Raises ``Unreached``. A redirection is not followed: it could lead anywhere.
    """
    outside = _Outside(ends=time.monotonic() + LONGEST)
    try:
        with (
            httpcore2.ConnectionPool(
                ssl_context=httpcore2.default_ssl_context(), network_backend=outside
            ) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body
            ) as response,
        ):
            status: int = response.status
            return status
    except httpcore2.TimeoutException:
        raise Unreached(Trouble.SLOW) from None
    except httpcore2.ConnectError as error:
        is_mistrusted = isinstance(error.__cause__, ssl.SSLCertVerificationError)
        raise Unreached(
            Trouble.CERTIFICATE if is_mistrusted else Trouble.CLOSED
        ) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        raise Unreached(Trouble.CLOSED) from None


def is_public(address: Address) -> bool:
    """Whether an address belongs to everybody's network, however it is written."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo:
            hidden = address.teredo[1]
        if hidden is not None:
            return is_public(hidden)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _looked_up(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreached(Trouble.NO_NAME) from None
    addresses = [str(at[0]) for *_kind, at in found]
    # All of them: a name that stands for both is not one to be picked from.
    if not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise Unreached(Trouble.NOT_PUBLIC)
    return addresses[0]


class _Outside(httpcore2.NetworkBackend):
    """Connections to public addresses, all of which end at one moment."""

    def __init__(self, *, ends: float) -> None:
        self._ends, self._sockets = ends, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._sockets.connect_tcp(
            _looked_up(host, port),
            port,
            timeout=_left(self._ends),
            local_address=local_address,
            socket_options=socket_options,
        )
        return _Ending(stream, self._ends)


class _Ending(httpcore2.NetworkStream):
    """A connection that ends in time, even with one that sends a letter at a time."""

    def __init__(self, stream: httpcore2.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        within = self._stream.start_tls(ssl_context, server_hostname, _left(self._ends))
        return _Ending(within, self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left

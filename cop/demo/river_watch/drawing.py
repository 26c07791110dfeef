"""A chart drawn by hand: what somebody shows in a log when words take too long."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

WIDTH, HEIGHT, MARGIN = 640, 240, 24
#: Of the line, in pixels on either side.
THICK = 1

_PAPER, _INK, _BLUE, _ORANGE = range(4)
_COLOURS = (0xFFFDF8, 0x4A4A45, 0x1F5F8B, 0xB4540A)


def two_lines(first: Sequence[float], second: Sequence[float]) -> bytes:
    """Draw two series over the same time, from 0 to 1, as a PNG."""
    canvas = [bytearray(WIDTH) for _ in range(HEIGHT)]
    corners = (
        (MARGIN, MARGIN),
        (MARGIN, HEIGHT - MARGIN),
        (WIDTH - MARGIN, HEIGHT - MARGIN),
    )
    for start, end in pairwise(corners):
        _line(canvas, start, end, _INK)
    for series, colour in ((first, _BLUE), (second, _ORANGE)):
        for start, end in pairwise(_points(series)):
            _line(canvas, start, end, colour)
    return _png(canvas)


def _points(series: Sequence[float]) -> Iterator[tuple[int, int]]:
    step = (WIDTH - 2 * MARGIN) / (len(series) - 1)
    for place, value in enumerate(series):
        down = HEIGHT - MARGIN - value * (HEIGHT - 2 * MARGIN)
        yield round(MARGIN + place * step), round(down)


def _line(
    canvas: list[bytearray], start: tuple[int, int], end: tuple[int, int], colour: int
) -> None:
    (x, y), (to_x, to_y) = start, end
    steps = max(abs(to_x - x), abs(to_y - y), 1)
    for step in range(steps + 1):
        across = round(x + (to_x - x) * step / steps)
        down = round(y + (to_y - y) * step / steps)
        for row in canvas[down - THICK : down + THICK + 1]:
            row[across - THICK : across + THICK + 1] = bytes([colour]) * (2 * THICK + 1)


def _png(canvas: list[bytearray]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        told = kind + data
        return struct.pack(">I", len(data)) + told + struct.pack(">I", zlib.crc32(told))

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    colours = b"".join(colour.to_bytes(3, "big") for colour in _COLOURS)
    rows = zlib.compress(b"".join(b"\0" + row for row in canvas), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, data)
        for kind, data in (
            (b"IHDR", head),
            (b"PLTE", colours),
            (b"IDAT", rows),
            (b"IEND", b""),
        )
    )

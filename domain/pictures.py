"""Pictures: what a file really is, and the same picture without what it gives away.

Pure: bytes in, bytes out. A phone writes where and with what a picture was taken into the
file, and people who show a field sheet do not mean to show that. Only what a browser
shows by itself is taken, told by its first bytes and never by its name: no SVG, which
is a program as much as a picture.
"""

import struct
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
#: Of a PNG, what it takes to show it: all else are remarks.
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"),
}
#: Of a WebP, the chunks that say where and with what.
_WEBP_LEFT_OUT = {b"EXIF", b"XMP "}
#: The bits of a WebP's header that announce them.
_WEBP_ANNOUNCED = 0b1100
_START_OF_SCAN, _APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = (
    *(0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE),
)
_ORIENTATION = 0x0112
#: Upright, mirrored, turned: what a camera says of how it was held.
_UPRIGHT, _LAST_ORIENTATION = 1, 8


class NoPicture(ValueError):
    """The file is none of the pictures a browser shows, or is broken."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    media_type: str
    content: bytes


def clean(content: bytes) -> Cleaned:
    """Return what the picture is and the picture without remarks, or ``NoPicture``."""
    try:
        if content.startswith(_PNG):
            return Cleaned("image/png", _clean_png(content))
        if content.startswith(b"\xff\xd8\xff"):
            return Cleaned("image/jpeg", _clean_jpeg(content))
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return Cleaned("image/webp", _clean_webp(content))
    except (struct.error, IndexError):
        raise NoPicture from None
    raise NoPicture


def _clean_png(content: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise NoPicture
        if kind in _PNG_KEPT:
            kept.append(content[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    raise NoPicture


def _clean_jpeg(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        end = at + 2 + length
        if mark != 0xFF or length < 2 or end > len(content):  # noqa: PLR2004
            raise NoPicture
        segment = content[at:end]
        if kind == _START_OF_SCAN:
            return b"".join([*kept, content[at:]])
        if kind == _APP1:
            kept.append(_held(_orientation(segment)))
        elif not _is_remark(kind, segment):
            kept.append(segment)
        at = end


def _is_remark(kind: int, segment: bytes) -> bool:
    """What an application wrote beside the picture, but its colours."""
    if kind == _COMMENT:
        return True
    if kind == _APP2:
        return not segment[4:].startswith(b"ICC_PROFILE\0")
    return _APP0 < kind <= _APP15 and kind != _APP14


def _orientation(segment: bytes) -> int:
    """How the camera was held, or 1: of all it noted, what the picture needs."""
    if not segment[4:].startswith(b"Exif\0\0"):
        return _UPRIGHT
    noted = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(noted[:2])
    if order is None:
        return _UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}I", noted, 4)
        (number,) = struct.unpack_from(f"{order}H", noted, first)
        for one in range(number):
            tag, _kind, _count, value = struct.unpack_from(
                f"{order}HHIH", noted, first + 2 + 12 * one
            )
            if tag == _ORIENTATION and _UPRIGHT <= value <= _LAST_ORIENTATION:
                return int(value)
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _held(orientation: int) -> bytes:
    """A segment that says nothing but how the camera was held."""
    if orientation == _UPRIGHT:
        return b""
    noted = b"MM\0\x2a" + struct.pack(
        ">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0
    )
    body = b"Exif\0\0" + noted
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body


def _clean_webp(content: bytes) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise NoPicture
        chunk = content[at:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_ANNOUNCED]) + chunk[9:]
        if kind not in _WEBP_LEFT_OUT:
            kept.append(chunk)
        at = end
    if not kept:
        raise NoPicture
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body

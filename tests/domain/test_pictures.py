"""What a picture gives away is left out, and nothing but pictures is taken."""

import struct
import zlib

import pytest

from domain import pictures

WHERE = b"52.1 N 9.3 E"


def chunk(kind, body):
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def a_png(*remarks):
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0\0")
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *remarks,
            chunk(b"IDAT", data),
            chunk(b"IEND", b""),
        ]
    )


def segment(kind, body):
    return struct.pack(">BBH", 0xFF, kind, len(body) + 2) + body


def exif(orientation, order=">"):
    mark = b"MM\0\x2a" if order == ">" else b"II\x2a\0"
    first = struct.pack(f"{order}I", 8)
    number = struct.pack(f"{order}H", 1)
    tag = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + mark + first + number + tag + WHERE


def a_jpeg(*segments):
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34" + b"\xff\xd9"
    return b"\xff\xd8" + b"".join(segments) + scan


def a_webp(*chunks):
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_png_loses_its_remarks():
    cleaned = pictures.clean(a_png(chunk(b"eXIf", WHERE), chunk(b"tEXt", WHERE)))

    assert cleaned == pictures.Cleaned("image/png", a_png())


@pytest.mark.parametrize("order", [">", "<"])
def test_a_jpeg_keeps_how_it_was_held_and_not_where(order):
    taken = a_jpeg(segment(0xE1, exif(6, order)), segment(0xFE, WHERE))

    cleaned = pictures.clean(taken)

    assert cleaned.media_type == "image/jpeg"
    assert WHERE not in cleaned.content
    assert pictures._orientation(cleaned.content[2:]) == 6
    assert pictures.clean(cleaned.content) == cleaned


def test_an_upright_jpeg_says_nothing_of_it():
    taken = a_jpeg(segment(0xE0, b"JFIF\0"), segment(0xE1, exif(1)))

    assert pictures.clean(taken).content == a_jpeg(segment(0xE0, b"JFIF\0"))


def test_a_jpeg_keeps_its_colours():
    colours = segment(0xE2, b"ICC_PROFILE\0" + b"x" * 20)

    cleaned = pictures.clean(a_jpeg(colours, segment(0xE2, b"MPF\0" + WHERE)))

    assert cleaned.content == a_jpeg(colours)


def test_a_webp_loses_its_remarks_and_says_so():
    header = bytes([0b1100]) + b"\0" * 9
    taken = a_webp((b"VP8X", header), (b"VP8 ", b"abc"), (b"EXIF", WHERE))

    cleaned = pictures.clean(taken)

    assert cleaned.content == a_webp((b"VP8X", b"\0" * 10), (b"VP8 ", b"abc"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        a_png()[:-4],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\xff\xff",
        b"RIFF\0\0\0\0WEBP",
        b"RIFF\x20\0\0\0WEBPVP8 \xff\0\0\0",
    ],
)
def test_what_is_no_picture_is_none(content):
    with pytest.raises(pictures.NoPicture):
        pictures.clean(content)


@pytest.mark.parametrize(
    "taken",
    [
        a_png(chunk(b"tEXt", WHERE), chunk(b"sRGB", b"\0")) + b"more",
        a_jpeg(*[segment(0xE1, exif(held)) for held in (6, 1, 3)]),
        a_jpeg(
            segment(0xE0, b"JFIF\0"), segment(0xE1, b"http://ns"), segment(0xFE, b"")
        ),
        a_webp((b"VP8X", b"\x0c" + b"\0" * 9), (b"VP8 ", b"abc"), (b"XMP ", WHERE)),
        a_webp((b"VP8 ", b"abc"))[:-1],
        a_webp((b"VP8 ", b"abcd")) + b"more",
    ],
)
def test_what_is_clean_stays_as_it_is(taken):
    cleaned = pictures.clean(taken)

    assert pictures.clean(cleaned.content) == cleaned

"""Photos sent by customers: only what really is a picture comes in, and without its hidden data.

Pure functions, no Odoo: a file is judged by its content, never by its name or declared type, and
is drawn anew, so that neither EXIF (place, owner, device) nor anything appended to it survives.
"""

import io
import os

# The framework stops Pillow from finding its plugins by itself: WebP must be named to be known.
from PIL import Image, ImageOps, WebPImagePlugin  # noqa: F401

MAX_PHOTOS = 5
MAX_BYTES = 10 * 1024 * 1024
#: A small file may unpack into gigabytes: refused by its declared size, before it is decoded.
MAX_PIXELS = 60_000_000
#: Enough to read a serial number or an error code on a display; keeps the filestore small.
MAX_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
#: Brands in the first bytes of what iPhones store ("High Efficiency"); Pillow can't read it.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class PhotoError(ValueError):
    """A refused photo.

    :ivar reason: ``too_big``, ``heic``, ``not_a_photo`` or ``too_many_pixels``
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def stream_size(stream):
    """:return: the length of a seekable stream in bytes, without reading it into memory."""
    position = stream.tell()
    size = stream.seek(0, os.SEEK_END)
    stream.seek(position)
    return size


def is_heic(stream):
    """:return: whether the content is a photo in Apple's format, whatever its name says."""
    position = stream.tell()
    head = stream.read(12)
    stream.seek(position)
    return head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS


def clean_photo(stream):
    """Draw a photo anew as a JPEG of reasonable size, upright and free of metadata.

    :param stream: a seekable binary stream of any content
    :return: bytes of a JPEG, its longer side at most ``MAX_SIDE`` pixels
    :raise PhotoError: the content is too big or not a readable picture of an accepted kind
    """
    if stream_size(stream) > MAX_BYTES:
        raise PhotoError("too_big")
    if is_heic(stream):
        raise PhotoError("heic")
    try:
        with Image.open(stream, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PhotoError("too_many_pixels")
            # Decodes only as many pixels of a JPEG as are needed.
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            return _encode(_flatten(upright))
    except PhotoError:
        raise
    except Exception as error:
        # Decoders of damaged files raise almost anything (OSError, SyntaxError, struct.error …).
        raise PhotoError("not_a_photo") from error


def _flatten(image):
    """:return: the picture in RGB, transparent parts on white as JPEG knows no transparency."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return image.convert("RGB")


def _encode(image):
    """:return: JPEG bytes with nothing but the pixels: a fresh image carries no EXIF or comment."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    output = io.BytesIO()
    bare.save(output, "JPEG", quality=85, optimize=True)
    return output.getvalue()

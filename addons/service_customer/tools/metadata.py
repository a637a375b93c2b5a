"""Pictures without what the camera wrote into them: place, time, owner, device, thumbnail.

Pure functions, no Odoo. A picture is drawn anew when it carries anything but its pixels and their
colours, so that kinds of metadata that nobody thought of go, too.
"""

import io

# The framework stops Pillow from finding its plugins by itself: these must be named to be known.
from PIL import Image, ImageOps, TiffImagePlugin, WebPImagePlugin  # noqa: F401

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
#: Entries that Pillow finds in a file and that say nothing about a person or place.
HARMLESS = frozenset(
    {
        "adobe",
        "adobe_transform",
        "aspect",
        "background",
        "compression",
        "dpi",
        "gamma",
        "icc_profile",
        "interlace",
        "jfif",
        "jfif_density",
        "jfif_unit",
        "jfif_version",
        "loop",
        "progression",
        "progressive",
        "resolution",
        "srgb",
        "timestamp",
        "transparency",
    }
)
KEPT = ("icc_profile", "transparency")
#: A small file may unpack into gigabytes: not decoded above this.
MAX_PIXELS = 60_000_000
QUALITY = 92


def strip_metadata(content):
    """Draw a picture upright and without metadata.

    :param bytes content: of a file of any kind
    :return: bytes: the same when it is no picture, has no metadata, or can't be decoded
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if _is_bare(image) or image.width * image.height > MAX_PIXELS:
                return content
            upright = ImageOps.exif_transpose(image)
            kept = {name: image.info[name] for name in KEPT if name in image.info}
            return _encode(upright, "JPEG" if image.format == "MPO" else image.format, kept)
    except Exception:
        # Decoders of damaged files raise almost anything (OSError, SyntaxError, struct.error …).
        return content


def _is_bare(image):
    """:return: whether nothing stands beside the pixels; reads the file's head only"""
    return image.format != "MPO" and image.info.keys() <= HARMLESS and not _tags(image)


def _tags(image):
    """:return: EXIF tags; in a TIFF, those that don't describe the pixels themselves"""
    if image.format != "TIFF":
        return dict(image.getexif())
    return {tag for tag in image.getexif() if tag >= 270 and tag not in range(273, 300)}


def _encode(image, kind, kept):
    """:return: bytes of the picture in its format with nothing but pixels and colours"""
    image.info = dict(kept)
    output = io.BytesIO()
    options = {"quality": QUALITY} if kind in ("JPEG", "WEBP") else {}
    if "icc_profile" in kept:
        options["icc_profile"] = kept["icc_profile"]
    image.copy().save(output, kind, exif=b"", **options)
    return output.getvalue()

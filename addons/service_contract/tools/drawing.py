"""Signatures that people draw in a browser."""

import base64
import binascii
import io

from PIL import Image

#: A drawn signature is a small picture.
MAX_BYTES = 2**20
MAX_SIDE = 4096


def read_drawing(signature):
    """Accept a picture with something drawn on it.

    :param str signature: a PNG as base64, as it came from outside
    :return: its bytes, None when it is no such picture
    """
    try:
        data = base64.b64decode(signature or "", validate=True)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            small = len(data) <= MAX_BYTES and max(picture.size) <= MAX_SIDE
            return data if small and picture.convert("RGBA").getcolors(1) is None else None
    except (binascii.Error, OSError, TypeError, ValueError, SyntaxError):
        return None

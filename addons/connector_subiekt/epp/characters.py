"""Code pages: decoding a file, and fitting text into one."""

import re
import unicodedata

from . import errors
from .errors import EppError

CODECS = {1250: "cp1250", 852: "cp852"}

# UTF-8 bytes of Latin letters, dashes and quotation marks, the byte order mark and U+FFFD. No
# Polish word written in Windows-1250 or 852 holds such a pair (SPÓŁKA in Windows-1250 does hold
# a valid UTF-8 pair, which is why "can it be decoded as UTF-8?" would be the wrong question).
UTF8_BYTES = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2\x80[\x90-\xbf]|\xef\xbb\xbf|\xef\xbf\xbd")
UTF8_LEADS = b"\xc2\xc3\xc4\xc5\xe2\xef"
CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

# what has no decomposition into a letter of the code page
REPLACEMENTS = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ð": "d", "þ": "th",
     "ı": "i", "→": "->", "←": "<-", "−": "-", "‑": "-", "‒": "-", "―": "-", "≤": "<=",
     "≥": ">=", "≈": "~", "′": "'", "″": '"', "²": "2", "³": "3", "№": "nr"}
)  # fmt: skip


def decode(line_no, raw, codepage):
    """Return the text of the bytes of one line; refuse what the code page cannot mean."""
    if UTF8_BYTES.search(raw):
        raise EppError(line_no, "", errors.UTF8)
    if CONTROL_BYTES.search(raw):
        raise EppError(line_no, "", errors.CONTROL)
    try:
        return raw.decode(CODECS[codepage])
    except UnicodeDecodeError:
        raise EppError(line_no, "", errors.CODEPAGE_BYTE, codepage=codepage) from None


def refusal(value, codepage):
    """Return why ``value`` cannot be written, as (template, values), or None when it can."""
    try:
        raw = value.encode(CODECS[codepage])
    except UnicodeEncodeError as error:
        return errors.OUTSIDE, {"value": value[error.start], "codepage": codepage}
    if CONTROL_BYTES.search(raw):
        return errors.LINE_BREAK, {}
    return (errors.LOOKS_UTF8, {}) if UTF8_BYTES.search(raw) else None


def fit(value, length, codepage=1250):
    """Return ``value`` as text that the file can hold: one line, at most ``length`` characters,
    other alphabets' letters replaced by the nearest ones (``?`` where there is none)."""
    if not value:
        return ""
    codec = CODECS[codepage]
    one_line = " ".join(str(value).split())
    kept = "".join(_nearest(character, codec) for character in one_line)
    kept = re.sub(r"[\x00-\x1f\x7f]", "", kept)
    if UTF8_BYTES.search(kept.encode(codec)):
        leads = UTF8_LEADS.decode(codec)
        kept = "".join(_ascii(character) if character in leads else character for character in kept)
    return kept[:length].rstrip()


def _nearest(character, codec):
    if _encodable(character, codec):
        return character
    plain = unicodedata.normalize("NFKD", character.translate(REPLACEMENTS))
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    return "".join(part if _encodable(part, codec) else "?" for part in plain)


def _ascii(character):
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if letter.isascii() else "?"


def _encodable(character, codec):
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True

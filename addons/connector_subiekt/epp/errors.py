"""The one error of the package, and every sentence it can say."""

# Nothing here has an environment: the sentences are marked, and translated where they are shown.
# pylint: disable=prefer-env-translation


def _lt(sentence):
    """Mark a sentence for translation: whoever shows the error may translate its template."""
    return sentence


class EppError(ValueError):
    """A file that cannot be read, or a value that cannot be written.

    ``line`` is the line of the file, from 1 (0: no line, as when writing), ``field`` the name of
    the field ("" when the whole line is meant), ``sentence`` what is wrong in English.
    ``template`` and ``values`` are the same sentence before it was filled in, for translation.
    """

    def __init__(self, line, field, template, **values):
        self.line = line
        self.field = field
        self.template = template
        self.values = values
        self.sentence = template % values if values else template
        where = [f"line {line}"] if line else []
        if field:
            where.append(f"field {field}")
        place = ", ".join(where)
        super().__init__(
            f"{place[0].upper()}{place[1:]}: {self.sentence}" if place else self.sentence
        )


class FieldError(ValueError):
    """What a kind of field objects to; the reader or writer adds the place (see `EppError`)."""

    def __init__(self, template, **values):
        self.template = template
        self.values = values
        super().__init__(template % values if values else template)


# --- the file as a whole
EMPTY = _lt("The file is empty.")
CUT = _lt("The file does not end with a line end: it was cut off. Export it again.")
UTF8 = _lt(
    "The text is in UTF-8, or was damaged by a conversion. "
    "An EPP file is in Windows-1250: export it again and do not edit it."
)
CODEPAGE_BYTE = _lt("The line holds a character that code page %(codepage)s does not know.")
CONTROL = _lt("The line holds a control character.")
VERSION = _lt("%(value)s is not a version of the EPP format; expected 1.05 to 1.19.")
CODEPAGE = _lt("Code page %(value)s is unknown; expected 1250 or 852.")
PURPOSE = _lt("Purpose %(value)s is unknown; expected 0, 1, 2 or 3.")

# --- sections
NO_INFO = _lt("The file does not begin with the section [INFO]: it is not an EPP file.")
INFO_TWICE = _lt("The section [INFO] may stand only once, at the beginning.")
INFO_RECORD = _lt("The section [INFO] must hold exactly one record.")
LABEL = _lt("%(label)s is not a section of an EPP file.")
ORPHAN = _lt("[ZAWARTOSC] stands without its [NAGLOWEK].")
HEADER_RECORD = _lt("[NAGLOWEK] must hold exactly one record.")
NO_CONTENT = _lt("The section %(name)s has no [ZAWARTOSC]: the file was cut off.")
TWICE = _lt("The section %(name)s stands twice in the file.")
PRICES_FIRST = _lt("The section CENNIK must come after TOWARY.")
LINE_COUNT = _lt("The header announces %(announced)s lines, but %(found)s follow.")

# --- records and fields
QUOTE_OPEN = _lt("A quotation mark is opened but not closed.")
QUOTE_BAD = _lt("Text in quotation marks must be followed by a comma or the end of the line.")
QUOTE_INSIDE = _lt("A quotation mark stands inside a value that is not quoted.")
TOO_FEW = _lt("The record has %(found)s fields, at least %(least)s are expected.")
MISSING = _lt("A value is missing.")
QUOTED = _lt("%(value)s must not stand in quotation marks.")
NUMBER = _lt("%(value)s is not a whole number between %(low)s and %(high)s.")
FLAG = _lt("%(value)s is not 0 or 1.")
MONEY = _lt("%(value)s is not an amount with a decimal point and up to four places.")
DATE = _lt("%(value)s is not a date (year, month, day, hour, minute and second in 14 digits).")
TOO_LONG = _lt("The text has %(found)s characters, at most %(most)s fit.")
NOT_TEXT = _lt("%(value)s is not text.")
LINE_BREAK = _lt("The text holds a line break or another control character.")
OUTSIDE = _lt("The character %(value)s is not in code page %(codepage)s.")
LOOKS_UTF8 = _lt("The text looks like UTF-8 read wrongly.")

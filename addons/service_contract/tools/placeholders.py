"""Names in double braces that stand for facts of a contract: ``{{ customer.name }}``.

They are names of a closed list and nothing else: no expression is ever evaluated.
"""

import re

from markupsafe import Markup, escape

PATTERN = re.compile(r"\{\{\s*([^{}<>]*?)\s*\}\}")
TAG = re.compile(r"(<[^>]*>)")
BRACES = re.compile(r"\{\{|\}\}")
#: “nr U/2026/0001”: a number of a document, with the word before it; “26 marca 2026 r.”: a day.
KEPT = re.compile(
    r"(?:\b(?:[Nn]r|[Nn]o\.) )?(?<![\w./&#;-])[\w.-]{1,12}(?:/[\w.-]{1,12})+(?![\w/])"
    r"|\b\d{1,2} [^\W\d_]{3,12} \d{4}\b(?: r\.)?"
)


def unknown(html, known):
    """What stands in braces and is no placeholder, as somebody wrote it.

    Within a tag, such as the address of a link, no placeholder stands at all.

    :param str html: sanitised HTML, or plain text without tags
    :param known: names of the placeholders
    :return: list of texts
    """
    found = []
    for position, part in enumerate(TAG.split(html or "")):
        if position % 2:
            found += [part] if BRACES.search(part) else []
            continue
        found += [name for name in PATTERN.findall(part) if name not in known]
        if rest := BRACES.search(PATTERN.sub("", part)):
            found.append(part[max(0, part.find(rest[0])) :][:40])
    return found


def fill(html, value_of):
    """The HTML with values in place of the placeholders, each escaped.

    :param str html: sanitised HTML
    :param value_of: function of a name that gives text or ``Markup``
    :return: Markup
    """
    parts = TAG.split(html or "")
    for position in range(0, len(parts), 2):
        parts[position] = PATTERN.sub(lambda found: escape(value_of(found[1])), parts[position])
    # The HTML was sanitised when it was saved, and each value is escaped above.
    return Markup("".join(parts))


def fill_text(text, value_of):
    """A plain text with values in place of the placeholders, to be escaped where it is shown."""
    return PATTERN.sub(lambda found: str(value_of(found[1])), text or "")


def unbroken(html):
    """The HTML with numbers of documents and days that stay on one line.

    :param str html: sanitised HTML
    :return: Markup
    """
    parts = TAG.split(html or "")
    for position in range(0, len(parts), 2):
        parts[position] = KEPT.sub(_on_one_line, parts[position])
    return Markup("".join(parts))  # Only tags of ours were added.


def _on_one_line(found):
    if not re.search(r"\d", found[0]):
        return found[0]
    return f'<span class="nowrap">{found[0]}</span>'

"""An EPP file as a whole."""

import dataclasses
from dataclasses import dataclass, field

from . import dictionaries
from .documents import Document, Info


@dataclass
class Raw:
    """A section this package does not know, kept as it stood so that it survives a round trip.

    ``head`` is the record of [NAGLOWEK], ``rows`` the lines of [ZAWARTOSC] (None: there is none).
    """

    head: str
    rows: list | None = None
    source_line: int = field(default=0, compare=False)

    @property
    def name(self):
        """The type of the document or keyword of the section."""
        return self.head.split(",", 1)[0].strip('"')


@dataclass
class EppFile:
    """What an EPP file holds.

    ``documents`` are `Document` (or `Raw`, for kinds of documents not described here), in the
    order of the file. ``sections`` maps a keyword (``KONTRAHENCI``) to its rows: records of
    `dictionaries.RECORDS`, or raw lines where the keyword is not known there.
    """

    info: Info
    documents: list = field(default_factory=list)
    sections: dict = field(default_factory=dict)

    @property
    def trade_documents(self):
        """The documents that were understood."""
        return [document for document in self.documents if isinstance(document, Document)]

    @property
    def unknown(self):
        """Names of the documents and sections that were kept, but not understood."""
        documents = [document.name for document in self.documents if isinstance(document, Raw)]
        sections = [key for key in self.sections if key not in dictionaries.SECTIONS]
        return documents + sections

    @property
    def partners(self):
        return self.sections.get(dictionaries.PARTNERS, [])

    @property
    def partner_groups(self):
        return self.sections.get(dictionaries.PARTNER_GROUPS, [])

    @property
    def products(self):
        return self.sections.get(dictionaries.PRODUCTS, [])

    @property
    def prices(self):
        return self.sections.get(dictionaries.PRICES, [])

    @property
    def product_groups(self):
        return self.sections.get(dictionaries.PRODUCT_GROUPS, [])

    def completed(self):
        """Return the same file with the sections in Subiekt's order, the empty ones included."""
        ordered = {key: self.sections.get(key, []) for key in dictionaries.SECTIONS}
        return dataclasses.replace(self, sections=ordered | self.sections)

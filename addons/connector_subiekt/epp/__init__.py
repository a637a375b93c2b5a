"""EPP (EDI++), the exchange file of InsERT's programs, read and written in pure Python.

Nothing here imports Odoo: the package may be used, and tested, on its own.
"""

from .characters import fit
from .dictionaries import (
    Partner,
    PartnerGroup,
    Price,
    Product,
    ProductCn,
    ProductExtra,
    ProductGroup,
    ProductGtu,
)
from .documents import CorrectionLine, Document, Header, Info, Line, VatRow
from .errors import EppError
from .file import EppFile, Raw
from .kinds import Record
from .reader import read
from .writer import write

__all__ = [
    "CorrectionLine",
    "Document",
    "EppError",
    "EppFile",
    "Header",
    "Info",
    "Line",
    "Partner",
    "PartnerGroup",
    "Price",
    "Product",
    "ProductCn",
    "ProductExtra",
    "ProductGroup",
    "ProductGtu",
    "Raw",
    "Record",
    "VatRow",
    "fit",
    "read",
    "write",
]

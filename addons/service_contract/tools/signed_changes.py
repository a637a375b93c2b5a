"""What programs may add to a signed PDF: proof that its signature was valid, and nothing else.

A file that is to be verified for years (PAdES-B-LT and -LTA) gets certificates and a time stamp
after it was signed, as further revisions. They are taken when the document itself, everything that
its catalogue leads to, is what was signed. Whatever cannot be read strictly is refused.
"""

import io

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NullObject,
    StreamObject,
)

#: What may differ in the catalogue: the store of proofs, the extension of PDF that tells of it, and
#: when the file was written. None of it is shown on a page.
PROOFS = {"/DSS", "/Extensions", "/Metadata"}


def adds_only_proof(signed, data):
    """Whether a file shows the same document as the part of it that was signed.

    :param bytes signed: the file up to the end of what was signed
    :param bytes data: the whole file, which begins with it
    """
    added = data[len(signed) :]
    # Readers do not agree on files with two tables of contents for one revision.
    if b"/XRefStm" in added or not data.rstrip().endswith(b"%%EOF"):
        return False
    try:
        before, after = (PdfReader(io.BytesIO(content), strict=True) for content in (signed, data))
        if before.is_encrypted or after.is_encrypted:
            return False
        return _Revisions(before.trailer["/Root"], after.trailer["/Root"]).agree()
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError):
        return False


class _Revisions:
    """The catalogues of two revisions of one document."""

    def __init__(self, before, after):
        self.before, self.after = before.get_object(), after.get_object()
        self.stamps = self._stamps()
        self.seen = set()

    def agree(self):
        """Whether nothing differs but proofs and the fields of time stamps."""
        return (
            self._same_but(self.before, self.after, PROOFS | {"/AcroForm"}) and self._same_forms()
        )

    def _stamps(self):
        """The new fields of the form.

        :raise ValueError: one is no time stamp, or one has gone
        """
        old, new = (_fields(root) for root in (self.before, self.after))
        added = new[len(old) :]
        if len(new) < len(old) or not all(map(_is_stamp, added)):
            raise ValueError("the form is another one")
        return added

    def _same_forms(self):
        fields = zip(_fields(self.before), _fields(self.after), strict=False)
        return self._same_but(
            _form(self.before), _form(self.after), {"/Fields", "/SigFlags"}
        ) and all(self._same(*pair) for pair in fields)

    def _same_but(self, one, other, names):
        keys = (one.keys() | other.keys()) - names
        return all(
            key in one and key in other and self._same(one.raw_get(key), other.raw_get(key))
            for key in keys
        )

    def _same(self, one, other):
        """Whether two objects and all that they lead to are equal.

        Widgets of the new time stamps may hang on a page.
        """
        waiting = [(one, other)]
        while waiting:
            one, other = waiting.pop()
            pair = (_number(one), _number(other))
            if None not in pair:
                if pair in self.seen:
                    continue
                self.seen.add(pair)
            one, other = one.get_object(), other.get_object()
            if type(one) is not type(other):
                return False
            inner = self._inner(one, other)
            if inner is None:
                return False
            waiting += inner
        return True

    def _inner(self, one, other):
        """Pairs of what two objects consist of; None when they differ by themselves."""
        if isinstance(one, DictionaryObject):
            if isinstance(one, StreamObject) and one._data != other._data:
                return None
            names, notes = one.keys() | other.keys(), []
            if one.get("/Type") == "/Page":
                names -= {"/Annots"}
                notes = self._notes(one, other)
            if notes is None or not all(name in one and name in other for name in names):
                return None
            return notes + [(one.raw_get(name), other.raw_get(name)) for name in names]
        if isinstance(one, ArrayObject):
            pairs = list(zip(one, other, strict=False))
            return pairs if len(one) == len(other) else None
        return [] if isinstance(one, NullObject) or one == other else None

    def _notes(self, one, other):
        """Pairs of the notes of a page, which may get the widget of a new time stamp; else None."""
        old, new = (list(page.get("/Annots", ArrayObject()).get_object()) for page in (one, other))
        kept = [note for note in new if note not in self.stamps]
        return list(zip(old, kept, strict=False)) if len(old) == len(kept) else None


def _form(root):
    return root.get("/AcroForm", DictionaryObject()).get_object()


def _fields(root):
    return list(_form(root).get("/Fields", ArrayObject()).get_object())


def _number(thing):
    """The number of the object that a reference means; None for what stands there itself."""
    return thing.idnum if isinstance(thing, IndirectObject) else None


def _is_stamp(reference):
    """Whether a field is a time stamp without any looks."""
    field = reference.get_object()
    value = field.get("/V", DictionaryObject()).get_object()
    left, bottom, right, top = field.get("/Rect", [0, 0, 0, 0])
    return (
        field.get("/FT") == "/Sig"
        and value.get("/Type") == "/DocTimeStamp"
        and (left == right or bottom == top)
        and not field.keys() & {"/A", "/AA", "/Kids"}
    )

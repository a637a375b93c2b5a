"""PDF files as signing programs write them: signatures, time stamps and proofs as revisions."""

import datetime
import io
import re

from asn1crypto import algos, cms, core, tsp, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

ROOM = 8192
#: Where the figures of the range go, in so many digits.
RANGE = [0] + [1000000001] * 3


def paper():
    """:return: a PDF of one page with something on it"""
    writer = PdfWriter()
    page = writer.add_blank_page(210, 297)
    content = StreamObject()
    content._data = b"q 10 10 50 50 re f Q"
    page[NameObject("/Contents")] = writer._add_object(content)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def revise(data, change):
    """:return: the PDF with a further revision; ``change`` gets the writer and its page"""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    change(writer, writer.pages[0])
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(data)
    return output.getvalue()


def add_proofs(writer, _page):
    """Certificates and the like, as PAdES-B-LT adds them."""
    stream = StreamObject()
    stream._data = b"a certificate"
    store = DictionaryObject({NameObject("/Certs"): ArrayObject([writer._add_object(stream)])})
    writer._root_object[NameObject("/DSS")] = writer._add_object(store)


def paint_over(writer, page):
    """Other content on the page."""
    content = StreamObject()
    content._data = b"q 0 0 200 200 re f Q"
    page[NameObject("/Contents")] = writer._add_object(content)


def add_page(writer, _page):
    """A further page."""
    writer.add_blank_page(210, 297)


def add_note(writer, page):
    """A note on the page, beside the field of the signature."""
    note = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/FreeText"), "/Rect": _area(99)}
    note = DictionaryObject({NameObject(key): value for key, value in note.items()})
    page["/Annots"].append(writer._add_object(note))


def show_signature(_writer, page):
    """The field of the signature covers the page."""
    page["/Annots"][0].get_object()[NameObject("/Rect")] = _area(99)


def add_action(writer, _page):
    """Something that a reader does when it opens the file."""
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    writer._root_object[NameObject("/OpenAction")] = action


def _area(size):
    return ArrayObject(map(NumberObject, (0, 0, size, size)))


class Signer:
    """Somebody, or a time stamp service, with a key."""

    def __init__(self, name, key=None, by_key=False):
        self.by_key = by_key
        self.key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime(2026, 1, 1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(4711)
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=3650))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
            .sign(self.key, hashes.SHA256())
        )
        der = certificate.public_bytes(serialization.Encoding.DER)
        self.certificate = asn1_x509.Certificate.load(der)

    def sign(self, data, change=None):
        """:return: the PDF with a signature of all that is in it"""
        return self._add(data, "/Sig", self._cms, change)

    def stamp(self, data, change=None):
        """:return: the PDF with a time stamp of all that is in it"""
        return self._add(data, "/DocTimeStamp", self._seal, change)

    def _add(self, data, kind, seal, change):
        def add(writer, page):
            if change:
                change(writer, page)
            self._add_field(writer, page, kind)

        data = revise(data, add)
        at = data.rindex(b"/ByteRange")
        figures = re.compile(rb"\[[ 0-9]+\]").search(data, at)
        contents = re.compile(rb"<0{%d}>" % (2 * ROOM)).search(data, at)
        start, stop = contents.span()
        ranges = b"[0 %d %d %d]" % (start, stop, len(data) - stop)
        data = data[: figures.start()] + ranges.ljust(len(figures[0])) + data[figures.end() :]
        digits = seal(data[:start] + data[stop:]).hex().encode()
        return data[: start + 1] + digits.ljust(2 * ROOM, b"0") + data[stop - 1 :]

    @staticmethod
    def _add_field(writer, page, kind):
        value = DictionaryObject(
            {
                NameObject("/Type"): NameObject(kind),
                NameObject("/ByteRange"): ArrayObject(map(NumberObject, RANGE)),
                NameObject("/Contents"): ByteStringObject(bytes(ROOM)),
            }
        )
        field = DictionaryObject(
            {
                NameObject("/FT"): NameObject("/Sig"),
                NameObject("/T"): TextStringObject(f"{kind} {len(writer._objects)}"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/Rect"): _area(0),
                NameObject("/P"): page.indirect_reference,
                NameObject("/V"): writer._add_object(value),
            }
        )
        reference = writer._add_object(field)
        root = writer._root_object
        form = root.setdefault(NameObject("/AcroForm"), DictionaryObject()).get_object()
        form.setdefault(NameObject("/Fields"), ArrayObject()).append(reference)
        page.setdefault(NameObject("/Annots"), ArrayObject()).append(reference)

    def _seal(self, covered):
        token = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": _digest(covered),
                },
                "serial_number": 1,
                "gen_time": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
            }
        )
        return self._cms(token.dump(), "tst_info")

    def _cms(self, content, kind="data"):
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": [kind]}),
                cms.CMSAttribute({"type": "message_digest", "values": [_digest(content)]}),
            ]
        )
        is_curve = isinstance(self.key, ec.EllipticCurvePrivateKey)
        rule = [ec.ECDSA(hashes.SHA256())] if is_curve else [padding.PKCS1v15(), hashes.SHA256()]
        name = "sha256_ecdsa" if is_curve else "rsassa_pkcs1v15"
        signer = {
            "version": "v1",
            "sid": self._identifier(),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": name}),
            "signature": self.key.sign(attributes.dump(), *rule),
        }
        held = {} if kind == "data" else {"content": core.ParsableOctetString(content)}
        signed = {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": kind, **held},
            "certificates": [self.certificate],
            "signer_infos": [signer],
        }
        info = {"content_type": "signed_data", "content": cms.SignedData(signed)}
        return cms.ContentInfo(info).dump()

    def _identifier(self):
        certificate = self.certificate
        if self.by_key:
            key = core.OctetString(certificate.key_identifier)
            return cms.SignerIdentifier("subject_key_identifier", key)
        number = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        number = cms.IssuerAndSerialNumber(number)
        return cms.SignerIdentifier("issuer_and_serial_number", number)


def sign_pdf(document, name="Jan Kowalski", key=None):
    """:return: the PDF with an electronic signature added at its end, as PAdES does"""
    return Signer(name, key).sign(document)


def forge(signed, change):
    """:return: a signed PDF whose signature was changed by ``change``, which gets its content"""
    found = re.search(rb"<([0-9a-f]{1000,})>", signed)
    content = cms.ContentInfo.load(bytes.fromhex(found[1].decode()))
    change(content["content"])
    digits = content.dump(force=True).hex().encode().ljust(len(found[1]), b"0")
    return signed[: found.start(1)] + digits + signed[found.end(1) :]


def _digest(content):
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()

"""Files that come back signed: scans, and PDF files with an electronic signature.

Whether a certificate is a qualified one and was valid, only a list of trusted issuers can tell:
that is not asked here. What is told is what the file itself proves: that the key of the certificate
signed these very bytes.
"""

import hashlib
import io
import re
from dataclasses import dataclass

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from PIL import Image

MAX_BYTES = 20 * 2**20
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
SCANS = ("JPEG", "PNG")


class FileError(Exception):
    """A file that is no signed document; ``code`` is empty, big, kind, unsigned or changed."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Signed:
    """What a PDF file tells of its signatures."""

    signers: tuple
    """Common names of the certificates, as far as they can be read."""
    contains: bool
    """Whether the file begins with the bytes of the document that was issued."""


def check_scan(data):
    """Accept a scan: a PDF, JPEG or PNG by its content, not too large.

    :param bytes data: the file
    :return: its mimetype
    :raise FileError: it is something else
    """
    _check_size(data)
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        with Image.open(io.BytesIO(data), formats=SCANS) as picture:
            picture.verify()
            return Image.MIME[picture.format]
    except Exception as error:
        # Pillow has no error of its own: a damaged picture fails anywhere in it.
        raise FileError("kind") from error


def check_signed(data, document):
    """Accept a PDF with an electronic signature of what is in it.

    :param bytes data: the file
    :param bytes document: the PDF that was issued
    :return: `Signed`
    :raise FileError: there is no signature, or the file was changed after it
    """
    _check_size(data)
    if not data.startswith(b"%PDF-"):
        raise FileError("kind")
    ranges = [tuple(map(int, found)) for found in BYTE_RANGE.findall(data)]
    if not ranges:
        raise FileError("unsigned")
    signers = []
    for start, length, start2, length2 in ranges:
        end = start2 + length2
        if start or not length < start2 < end <= len(data):
            raise FileError("changed")
        names, digest_ok = _read_signature(data[length:start2], data[:length] + data[start2:end])
        if not digest_ok:
            raise FileError("changed")
        signers += names
    # The last signature covers the whole file, whatever stands before it.
    if max(start2 + length2 for _, _, start2, length2 in ranges) < len(data.rstrip()):
        raise FileError("changed")
    return Signed(tuple(dict.fromkeys(signers)), data.startswith(document))


def _check_size(data):
    if not data:
        raise FileError("empty")
    if len(data) > MAX_BYTES:
        raise FileError("big")


def _read_signature(contents, covered):
    """Names in a signature, and whether it is one of these bytes.

    :param bytes contents: ``<hexadecimal digits>`` of the signature, filled up with zeros
    :param bytes covered: what it says to sign
    """
    try:
        digits = re.sub(rb"[<>\s]", b"", contents).decode("ascii")
        signed = cms.ContentInfo.load(bytes.fromhex(digits))["content"]
        certificates = {
            certificate.chosen.serial_number: certificate.chosen
            for certificate in signed["certificates"]
        }
        signers = [
            (signer, certificates[signer["sid"].native["serial_number"]])
            for signer in signed["signer_infos"]
        ]
        names = [one.subject.native.get("common_name") for _signer, one in signers]
        # A signature of nobody signs nothing.
        return [name for name in names if name], bool(signers) and all(
            _digest_fits(signer, covered) and _key_fits(signer, certificate)
            for signer, certificate in signers
        )
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
        raise FileError("unsigned") from error


def _digest_fits(signer, covered):
    """Whether the digest that was signed is that of these bytes."""
    name = signer["digest_algorithm"]["algorithm"].native
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            return attribute["values"][0].native == hashlib.new(name, covered).digest()
    return False


def _key_fits(signer, certificate):
    """Whether the key of the certificate signed the attributes, the digest among them."""
    key = load_der_public_key(certificate.public_key.dump())
    value = signer["signature"].native
    attributes = signer["signed_attrs"].untag().dump()
    algorithm = signer["signature_algorithm"]
    digest = _hash(signer["digest_algorithm"]["algorithm"].native)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, attributes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm.signature_algo == "rsassa_pss":
            rule = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            key.verify(value, attributes, rule, digest)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, attributes, padding.PKCS1v15(), digest)
        else:
            raise UnsupportedAlgorithm(algorithm.signature_algo)
    except InvalidSignature:
        return False
    return True


def _hash(name):
    """The digest of a name such as ``sha256``, among those that signing programs use."""
    return {
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
    }[name]()

"""Files that come back signed: scans, and PDF files with an electronic signature.

Whether a certificate is a qualified one and was valid, only a list of trusted issuers can tell:
that is not asked here. What is told is what the file itself proves: that the key of the certificate
signed these very bytes.
"""

import io
import re
from dataclasses import dataclass

from asn1crypto import cms, tsp  # noqa: F401 - tsp: it reads what time stamps say
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from PIL import Image

from .signed_changes import adds_only_proof

MAX_BYTES = 20 * 2**20
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
SCANS = ("JPEG", "PNG")


class FileError(Exception):
    """A file that is no signed document.

    ``code`` is empty, big, kind, unsigned, changed or added.
    """

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
    signers, signed_until = [], 0
    for start, length, start2, length2 in ranges:
        end = start2 + length2
        if start or not length < start2 < end <= len(data):
            raise FileError("changed")
        names, is_stamp = _read_signature(data[length:start2], data[:length] + data[start2:end])
        if not is_stamp:
            signers += names
            signed_until = max(signed_until, end)
    if not signed_until:
        raise FileError("unsigned")
    # The last signature covers the whole file, whatever stands before it; a time stamp is nobody's.
    if signed_until < len(data.rstrip()) and not adds_only_proof(data[:signed_until], data):
        raise FileError("added")
    return Signed(tuple(dict.fromkeys(signers)), data.startswith(document))


def _check_size(data):
    if not data:
        raise FileError("empty")
    if len(data) > MAX_BYTES:
        raise FileError("big")


def _read_signature(contents, covered):
    """Names in a signature of these bytes, and whether it is a time stamp.

    :param bytes contents: ``<hexadecimal digits>`` of the signature, filled up with zeros
    :param bytes covered: what it says to sign
    :raise FileError: it is none, or one of other bytes
    """
    try:
        digits = re.sub(rb"[<>\s]", b"", contents).decode("ascii")
        signed = cms.ContentInfo.load(bytes.fromhex(digits))["content"]
        signers = [(signer, _certificate(signer, signed)) for signer in signed["signer_infos"]]
        names = [one.subject.native.get("common_name") for _signer, one in signers]
        content = signed["encap_content_info"]
        is_stamp = content["content_type"].native == "tst_info"
        if is_stamp:
            stamped, covered = covered, bytes(content["content"])
        # A signature of nobody signs nothing.
        fits = bool(signers) and all(
            _digest_fits(signer, covered) and _key_fits(signer, certificate)
            for signer, certificate in signers
        )
        fits = fits and (not is_stamp or _stamp_fits(content["content"].parsed, stamped))
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
        raise FileError("unsigned") from error
    if not fits:
        raise FileError("changed")
    return [name for name in names if name], is_stamp


def _certificate(signer, signed):
    """The certificate that a signer names, by issuer and number or by the identifier of its key."""
    found = signer["sid"].chosen
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if choice.name != "certificate":
            continue
        if signer["sid"].name == "subject_key_identifier":
            if certificate.key_identifier == found.native:
                return certificate
        elif (certificate.issuer, certificate.serial_number) == (
            found["issuer"],
            found["serial_number"].native,
        ):
            return certificate
    raise KeyError("certificate")


def _stamp_fits(stamp, covered):
    """Whether a time stamp is one of these bytes."""
    imprint = stamp["message_imprint"]
    digest = hashes.Hash(_hash(imprint["hash_algorithm"]["algorithm"].native))
    digest.update(covered)
    return imprint["hashed_message"].native == digest.finalize()


def _digest_fits(signer, covered):
    """Whether the digest that was signed is that of these bytes."""
    digest = hashes.Hash(_hash(signer["digest_algorithm"]["algorithm"].native))
    digest.update(covered)
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            return attribute["values"][0].native == digest.finalize()
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

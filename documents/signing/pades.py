"""PDF signatures by pyHanko, which takes 0.4 s to import: in the background worker only.

ETSI EN 319 142-1 (PAdES) and EN 319 122-1 (CAdES), level B-B: signature and certificate, without a time stamp.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import wraps
from hashlib import sha256
from io import BytesIO
from typing import Any, ParamSpec, TypeVar

from asn1crypto import cms
from cryptography import x509
from django.utils.timezone import localtime
from pyhanko.keys.internal import (
    translate_pyca_cryptography_cert_to_asn1,
    translate_pyca_cryptography_key_to_asn1,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.signing import Checked, certificates
from documents.signing.certificates import Identity

FIELD = "Signature1"
DIGEST = "sha256"
MAY_SIGN = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
NOTHING = Checked(intact=False, whole=False, signer="", trusted=False, signed_at=None)


P = ParamSpec("P")
T = TypeVar("T")


def _by_itself(work: Callable[P, T]) -> Callable[P, T]:
    """In a thread of its own: the library runs an event loop, and a thread that runs one can begin no other."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work, *args, **kwargs).result()

    return run


class PdfSigner:
    """Signs with a key that lies in a file."""

    def __init__(self, identity: Identity) -> None:
        self.name = identity.name
        store = SimpleCertificateStore()
        store.register_multiple(map(translate_pyca_cryptography_cert_to_asn1, identity.chain))
        self._signer = signers.SimpleSigner(
            signing_cert=translate_pyca_cryptography_cert_to_asn1(identity.certificate),
            signing_key=translate_pyca_cryptography_key_to_asn1(identity.key),
            cert_registry=store,
            embed_roots=False,
        )

    @_by_itself
    def certify(self, pdf: bytes, *, reason: str, at: datetime) -> bytes:
        """A certifying signature that allows no change. Its field has no place on a page: nothing is drawn that could
        be taken for the office's seal, and its flags are those PDF/A asks for (ISO 19005-3, 6.3.2)."""
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            reason=reason,
            name=self.name,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        signed = BytesIO()
        _SignedThen(metadata, self._signer, at=localtime(at)).sign_pdf(_Appended(BytesIO(pdf)), output=signed)
        return signed.getvalue()

    @_by_itself
    def detached(self, data: bytes, *, at: datetime) -> bytes:
        made = self._signer.async_sign_general_data(
            data, DIGEST, use_cades=True, signed_attr_settings=PdfCMSSignedAttributes(signing_time=at)
        )
        return bytes(asyncio.run(made).dump())


class _SignedThen(signers.PdfSigner):
    """The library's own, but the time is told and not taken from the machine's clock."""

    def __init__(self, *args: Any, at: datetime) -> None:
        super().__init__(*args)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


class _Appended(IncrementalPdfFileWriter):
    """The library's own, but nothing of it depends on chance or on the machine's clock."""

    def _update_meta(self) -> None:
        """The metadata stay those of the document, word for word: they are its record for the archive."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> Any:
        """The second identifier, which changes with the file, follows from the first and from what the file was."""
        first, second = (bytes(part) for part in super()._handle_id(prev))
        second = sha256(prev.stream.getvalue()).digest()[: len(second)]
        return generic.ArrayObject([generic.ByteStringObject(part) for part in (first, second)])


# --- checking ---


@_by_itself
def check(pdf: bytes) -> Checked:
    """See `documents.signing.check`. The first signature counts: a later one makes the file more than was signed."""
    roots = [translate_pyca_cryptography_cert_to_asn1(one) for one in certificates.roots()]
    try:
        return _checked(pdf, roots)
    except Exception:  # noqa: BLE001 (anybody's bytes: the library fails in many ways on what is no PDF, or no longer one)
        return NOTHING


def _checked(pdf: bytes, roots: list[Any]) -> Checked:
    found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    if not found:
        return NOTHING
    first = found[0]
    signed_at = first.self_reported_timestamp
    if signed_at is None or signed_at.tzinfo is None:
        return NOTHING  # none of ours: its certificate could not be judged by any time
    status = validate_pdf_signature(
        first,
        ValidationContext(trust_roots=roots, moment=signed_at, allow_fetching=False),
        key_usage_settings=MAY_SIGN,
    )
    return Checked(
        intact=status.intact and status.valid and _as_written(pdf, first),
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=_name(first.signer_cert),
        trusted=bool(status.trusted),
        signed_at=signed_at,
    )


def _as_written(pdf: bytes, signature: Any) -> bool:
    """Between the two signed stretches stands the signature as this system writes it, and nothing else.

    No signature covers that gap, nor the numbers of versions and the list of digests in its own frame: another
    spelling of its digits, or something behind its end, would go unnoticed.
    """
    _start, length, end, _rest = (int(number) for number in signature.byte_range)
    message = cms.ContentInfo.load(signature.pkcs7_content)
    frame = message["content"]
    frame["version"] = frame["signer_infos"][0]["version"] = "v1"
    frame["digest_algorithms"] = [frame["signer_infos"][0]["digest_algorithm"]]
    digits = message.dump(force=True).hex().upper().encode()
    return bool(pdf[length:end] == b"<%b>" % digits.ljust(end - length - 2, b"0"))


def _name(certificate: Any) -> str:
    return Identity(None, x509.load_der_x509_certificate(certificate.dump()), ()).name

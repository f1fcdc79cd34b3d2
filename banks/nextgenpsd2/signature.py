"""Message signature of NextGenPSD2 1.3.x with a QSealC (Implementation Guidelines 1.3, section "Signing Messages at
Application Layer"; signing string of draft-cavage-http-signatures): Digest, Signature, TPP-Signature-Certificate."""

from __future__ import annotations

import base64
import hashlib
from email.utils import formatdate
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..errors import ConfigurationError

#: what is signed where it is sent; the first two always are
SIGNED = ('digest', 'x-request-id', 'psu-id', 'psu-corporate-id', 'tpp-redirect-uri')


class Signer:
    """Signs with one certificate.

    :param str pem: QSealC and its private key
    :param signed: names of headers, in the bank's order
    :raises ConfigurationError: when the PEM is of no use"""

    def __init__(self, pem: str, signed: tuple[str, ...] = SIGNED) -> None:
        try:
            self.certificate = x509.load_pem_x509_certificate(pem.encode())
            key = serialization.load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError):
            raise ConfigurationError("The seal certificate or its private key cannot be read (PEM).") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ConfigurationError("Only seal certificates with an RSA key can be used.")
        self.key, self.signed = key, signed

    def headers(self, sent: dict[str, str], body: bytes) -> dict[str, str]:
        """Headers to add to those that are ``sent`` with a ``body`` (bytes, maybe empty)."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        added = {'Digest': f'SHA-256={digest}'}
        if 'date' in self.signed:
            added['Date'] = formatdate(usegmt=True)
        values = {name.lower(): value for name, value in {**sent, **added}.items()}
        names = [name for name in self.signed if name in values]
        text = '\n'.join(f'{name}: {values[name]}' for name in names)
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        # a header holds ASCII only: other letters as UTF-8 in percent signs, as in an address
        issuer = quote(self.certificate.issuer.rfc4514_string(), safe=' =,./\\-+:()\'')
        added['Signature'] = (
            f'keyId="SN={self.certificate.serial_number:x},CA={issuer}",algorithm="rsa-sha256",'
            f'headers="{" ".join(names)}",signature="{base64.b64encode(signature).decode()}"'
        )
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        added['TPP-Signature-Certificate'] = base64.b64encode(der).decode()
        return added

"""Mutual TLS with a client certificate (QWAC, or the provider's own): PEM text in, requests adapter out."""

from __future__ import annotations

import os
import ssl
import tempfile
from typing import Any

from requests.adapters import HTTPAdapter

from .errors import ConfigurationError


class CertificateAdapter(HTTPAdapter):
    """Presents a client certificate; the bank's own certificate is checked as always.

    :param str pem: certificate, its chain and its private key, without passphrase
    :param str ca: PEM of an authority to trust in place of the system's (a bank's sandbox); default the system's
    :raises ConfigurationError: when the PEM is of no use"""

    def __init__(self, pem: str, ca: str | None = None) -> None:
        self.context = ssl.create_default_context(cadata=ca or None)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        descriptor, path = tempfile.mkstemp()  # mode 0600; the library reads files only
        try:
            with os.fdopen(descriptor, 'w') as file:
                file.write(pem)
            self.context.load_cert_chain(path)
        except (ssl.SSLError, OSError, ValueError):
            raise ConfigurationError(
                "The certificate or its private key cannot be read (PEM, no passphrase)."
            ) from None
        finally:
            os.unlink(path)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        return super().init_poolmanager(*args, **kwargs, ssl_context=self.context)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, **kwargs, ssl_context=self.context)

    def cert_verify(self, conn: Any, url: str, verify: bool, cert: None) -> None:
        """The context decides whom to trust; requests' own bundle would take its place."""
        conn.cert_reqs = 'CERT_REQUIRED'

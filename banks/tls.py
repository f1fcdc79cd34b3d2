"""Mutual TLS with a client certificate (QWAC, or the provider's own): PEM text in, requests adapter out."""

import os
import ssl
import tempfile

from requests.adapters import HTTPAdapter

from .errors import ConfigurationError


class CertificateAdapter(HTTPAdapter):
    """Presents a client certificate; the bank's own certificate is checked as always.

    :param str pem: certificate, its chain and its private key, without passphrase
    :param str ca: PEM of an authority to trust in place of the system's (a bank's sandbox); default the system's
    :raises ConfigurationError: when the PEM is of no use"""

    def __init__(self, pem, ca=None):
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

    def init_poolmanager(self, *args, **kwargs):
        return super().init_poolmanager(*args, **kwargs, ssl_context=self.context)

    def proxy_manager_for(self, *args, **kwargs):
        return super().proxy_manager_for(*args, **kwargs, ssl_context=self.context)

    def cert_verify(self, conn, url, verify, cert):
        """The context decides whom to trust; requests' own bundle would take its place."""
        conn.cert_reqs = 'CERT_REQUIRED'

"""The keys of banks, asked of a name server."""

import dkim
import dns.exception
import dns.name
import dns.resolver

from ...statements.mails.trust import SECONDS, Lookup


def resolver(server: str = '') -> Lookup:
    """A lookup of names.

    :param server: "address" or "address:port" of a name server; '' for the machine's own"""
    chosen = dns.resolver.Resolver(configure=not server)
    if server:
        address, _sign, port = server.partition(':')
        chosen.nameservers, chosen.port = [address], int(port or 53)

    def lookup(name: bytes, timeout: int = SECONDS) -> bytes | None:
        try:
            answer = chosen.resolve(name.decode('ascii'), 'TXT', lifetime=timeout, search=False)
        except (
            dns.resolver.NXDOMAIN,
            dns.resolver.NoAnswer,
            dns.name.LabelTooLong,
            dns.name.EmptyLabel,
            dns.name.NameTooLong,
        ):
            return None
        except UnicodeError:
            return None
        except (dns.exception.DNSException, OSError) as error:
            raise dkim.DnsTimeoutError(type(error).__name__) from None
        return next((b''.join(row.strings) for row in answer), None)

    return lookup

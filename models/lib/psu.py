"""The person in front of the browser, as a bank wants to know of them."""

from odoo.http import request

from ...banks.data import Psu


def current_psu():
    """:class:`banks.data.Psu` of the present web request; None where there is none (a schedule)."""
    if not request:
        return None
    http = request.httprequest
    return Psu(
        http.remote_addr or '',
        http.user_agent.string if http.user_agent else '',
        http.headers.get('Accept-Language', ''),
        http.headers.get('Accept', ''),
        http.headers.get('Accept-Encoding', ''),
        http.headers.get('Accept-Charset', ''),
        http.method,
        str(http.environ.get('REMOTE_PORT') or ''),
    )

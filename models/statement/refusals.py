"""Why a file or a mail was not read, in words that say what helps."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

WORDS = {
    'unknown_format': _lt("This export is not known yet. Say which column is what; the next one is recognised."),
    'no_statement': _lt(
        "This is no statement file: a PDF or a picture cannot be read. Download camt.053, MT940 or CSV at your bank."
    ),
    'no_table': _lt(
        "No table was found in it: a row of headers, and rows with a day and an amount below. Export it with headers, or download camt.053 or MT940 at your bank."
    ),
    'empty': _lt("There is no statement in it."),
    'damaged': _lt("The file is cut or damaged. Download it once more at the bank."),
    'hostile': _lt("The file is built in a way that no bank uses; it is not opened."),
    'too_large': _lt("The file is too large. Ask the bank for shorter periods."),
    'encrypted': _lt("The file has a password. Unpack it first."),
    'bad_value': _lt("A day or an amount is not in its format's form."),
    'ambiguous': _lt("Several forms fit this export. Choose one."),
    'untrusted': _lt("The sender was not authenticated."),
    'unknown_bank': _lt("No bank is known that writes so."),
    'not_a_movement': _lt("The mail tells of no movement."),
}


def told(refused, code=None):
    """A sentence for a :class:`statements.Refused`, with its own words (which are ours, not the bank's) and the line.

    :param code: where we know more than the reading"""
    code = code or refused.code
    words = WORDS.get(code, WORDS['damaged'])
    if code in ('unknown_format', 'no_statement', 'no_table', 'empty'):
        return words
    if refused.line:
        return _lt("%(words)s (Line %(line)s: %(detail)s)", words=words, line=refused.line, detail=refused.message)
    return _lt("%(words)s (%(detail)s)", words=words, detail=refused.message)

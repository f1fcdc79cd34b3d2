"""What is signed: the company's agreement as PDF, and the page that proves who signed it, when and how."""

from odoo import fields
from odoo.tools import file_path, format_date
from odoo.tools.translate import LazyTranslate

from ...signing import pdf

_lt = LazyTranslate(__name__)

#: of the texts below: what somebody signed is told by the number under which it was signed
VERSION = '2026-2'
FONT = 'web/static/fonts/sign/NotoSans-Reg.ttf'
SECTIONS = (
    (_lt("What is agreed"), (
        _lt("The company uses its Odoo to read its accounts at its banks, through the provider named above, and to send payments there once people with the right to do so have approved them."),
        _lt("No account is read before a person with rights at the bank has given a consent there. Each person logs in at the bank with their own credentials; Odoo never sees them."),
    )),
    (_lt("Who may do what"), (
        _lt("Whoever holds a valid consent of their own may approve payments of that account, within the rights that the bank gives this person; each payment is confirmed at the bank as well. The company says in Odoo who may do so."),
        _lt("The signatory confirms to be entitled to sign for the company."),
    )),
    (_lt("Data"), (
        _lt("Movements and balances are stored in the company's own Odoo. They stay there when a consent or this agreement ends."),
    )),
    (_lt("Beginning and end"), (
        _lt("The agreement begins on the day on which it goes live. Movements of days before are fetched, too, and marked as such."),
        _lt("Either side may end it at any time. Nothing is fetched and no payment is sent after that."),
    )),
)  # fmt: skip


def agreement_pdf(agreement):
    """The document, in the language of who signs, as bytes."""
    env = agreement.env
    address = '\n'.join(
        filter(
            None, (agreement.street, f'{agreement.zip or ""} {agreement.city or ""}'.strip(), agreement.country_id.name)
        )
    )
    facts = [
        (env._("Company"), agreement.company_name or ''),
        (env._("Registration number"), agreement.company_registry or ''),
        (env._("VAT number"), agreement.vat or ''),
        (env._("Address"), address),
        (env._("Provider"), agreement.provider_id.sudo().name),
        (env._("Signatory"), ', '.join(filter(None, (agreement.signatory_name, agreement.signatory_role)))),
        (env._("E-mail"), agreement.signatory_email or ''),
        (env._("Mobile"), agreement.signatory_mobile or ''),
        (env._("Made on"), format_date(env, fields.Date.context_today(agreement))),
    ]
    sections = [(env._(str(heading._source)), [env._(text._source) for text in texts]) for heading, texts in SECTIONS]
    title = env._("Agreement on Bank Connections")
    footer = env._("Version %(version)s, number %(number)s", version=VERSION, number=agreement.id)
    return pdf.document(file_path(FONT), title, [(name, value) for name, value in facts if value], sections, footer)


def evidence_pdf(env, evidence, number):
    """The page behind a document that was signed with the built-in code."""
    names = {
        'document_sha256': env._("SHA-256 of the document"),
        'signer': env._("Signed by"),
        'sent_to': env._("The code went to"),
        'sent_at': env._("Link sent (UTC)"),
        'opened_at': env._("Opened (UTC)"),
        'signed_at': env._("Signed (UTC)"),
        'ip': env._("IP address"),
        'user_agent': env._("Browser"),
    }
    facts = [(names[key], str(evidence[key])) for key in names if evidence.get(key)]
    note = env._(
        "This is a simple electronic signature (Regulation (EU) 910/2014, Article 3(10)): a link and a one-time code that were sent to the address above."
        " It is not BankID and not a qualified signature."
    )
    return pdf.document(
        file_path(FONT),
        env._("Proof of Signature"),
        facts,
        [(env._("What this is"), [note])],
        env._("Of agreement number %s", number),
    )

"""The sandbox bank's page on which a person signs payments: what is paid to whom, to the cent, then one word."""

from decimal import Decimal

from markupsafe import Markup
from werkzeug.utils import redirect

from .bank import Refusal
from .pages import Pages, money, page
from .payments import FINAL, Payments


class PaymentPages(Pages):
    """One request to it."""

    asks = "Bank Feeds for Odoo has handed in payments for you to sign."

    def sign(self, payment_id):
        """Log in → look → sign or refuse → back to whoever asked."""
        payments = Payments(self.bank)
        payment = payments.all.get(payment_id)
        try:
            payment = payments.find(payment_id, payment['app']) if payment else None
        except Refusal:
            payment = None
        if not payment:
            return page(
                "Unknown payment",
                Markup("<h1>Unknown payment</h1><p>This address is not complete or not ours.</p>"),
                404,
            )
        form = self.request.form if self.request.method == 'POST' else {}
        step = form.get('step')
        if payment['status'] in FINAL or payment['status'] not in ('RCVD', 'PATC'):
            return self._over(payment)
        if step == 'refuse':
            payments.refuse(payment)
            return redirect(payment['back'], 303)
        if step == 'login':
            if not payments.log_in(payment, form.get('login', ''), form.get('pin', '')):
                return self._login(
                    "Name and PIN do not fit, or this person may not pay from the account.", "Log in to sign payments"
                )
            return self._look(payment)
        if step == 'sign' and payment['ticket'] and form.get('ticket') == payment['ticket']:
            payments.sign(payment)
            return redirect(payment['back'], 303)
        return self._login(title="Log in to sign payments")

    def _look(self, payment):
        rows = Markup().join(
            Markup(
                '<label class="row"><span>{name}<small>{number}</small><small>{text}</small></span><span class="end">{amount}</span></label>'
            ).format(
                name=line['name'],
                number=line['number'],
                text=line['reference'] or line['text'],
                amount=money(Decimal(line['amount']), payment['currency']),
            )
            for line in payment['lines']
        )
        total = sum(Decimal(line['amount']) for line in payment['lines'])
        body = Markup(
            '<h1>Sign {count} payments: {total}</h1><p>From {debtor}, on {day}. {signers}</p><form method="post"><fieldset>{rows}</fieldset>'
            '<input type="hidden" name="ticket" value="{ticket}"><div class="buttons"><button name="step" value="sign">Sign</button>'
            '<button name="step" value="refuse" class="plain">Refuse</button></div></form>'
        ).format(
            count=len(payment['lines']),
            total=money(total, payment['currency']),
            debtor=payment['debtor'],
            day=payment['date'],
            signers=f"Signed by {len(payment['signers'])} so far." if payment['signers'] else '',
            rows=rows,
            ticket=payment['ticket'],
        )
        return page("Sign payments", body)

    def _over(self, payment):
        words = {'RJCT': "It was refused, or its 30 minutes have passed. Nothing is paid.", 'CANC': "It was cancelled."}
        body = Markup('<h1>Nothing to sign</h1><p>{text}</p><a class="button" href="{href}">Back</a>').format(
            text=words.get(payment['status'], "It was signed before."), href=payment['back']
        )
        return page("Nothing to sign", body, 410)

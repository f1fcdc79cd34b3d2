import base64
import io
import threading
from datetime import timedelta

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject
from werkzeug.serving import make_server

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_path

from ...sandbox.idura import IduraApp
from ...signing import pdf
from ..cases.agreement_case import AgreementCase
from ..cases.common import Quiet


@tagged('post_install', '-at_install')
class TestIdura(AgreementCase):
    """Signed with an eID, by a provider: whoever calls, and whatever comes back."""

    def idura(self):
        app = IduraApp()
        server = make_server('127.0.0.1', 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        app.url = f'http://127.0.0.1:{server.server_port}/'
        provider = self.env['bank.signature.provider'].create(
            {
                'name': "BankID",
                'company_id': self.company.id,
                'client_id': 'client',
                'client_secret': 'secret',
                'base_url': app.url,
            }
        )
        return app, provider

    def event(self, provider, raw, headers):
        self.env.flush_all()
        answer = self.opener.post(
            f'{self.base_url()}/bank_feed/sign/event/{provider.sudo().webhook_token}',
            data=raw,
            headers=headers,
            timeout=20,
        )
        self.env.invalidate_all()
        return answer.status_code

    def asked(self, app, provider):
        with self.mock_mail():
            agreement = self.draft(signature_provider_id=provider.id)
            agreement.action_send()
        return agreement, next(reversed(app.orders))

    def test_signed_with_an_eid(self):
        app, provider = self.idura()
        agreement, order = self.asked(app, provider)
        self.assertEqual(agreement.state, 'sent')
        raw, headers = app.sign(order, "KONATEĽ JÁN")
        self.assertEqual(self.event(provider, raw, {**headers, 'X-Criipto-Signature': 'x'}), 403)
        self.assertEqual(self.event(provider, raw + b' ', headers), 403)
        self.assertEqual(agreement.state, 'sent', "forged")
        self.assertEqual(self.event(provider, raw, headers), 200)
        self.assertEqual((agreement.state, agreement.signing_id.identified_name), ('live', "KONATEĽ JÁN"))
        self.assertNotIn('01010750160', str(agreement.signing_id.sudo().read()), "a national number is not kept")
        self.assertEqual(self.event(provider, raw, headers), 200, "said again")

    def test_another_person_signs(self):
        app, provider = self.idura()
        agreement, order = self.asked(app, provider)
        self.event(provider, *app.sign(order, "Peter Cudzí"))
        self.assertEqual((agreement.state, agreement.signed_by_other), ('review', True))

    def test_something_more_comes_back(self):
        """Our pages with another one behind, or with something drawn over them: a person looks before it is live."""
        app, provider = self.idura()
        for more in ('page', 'white'):
            agreement, order = self.asked(app, provider)
            ours = base64.b64decode(app.orders[order]['blob'])
            other = pdf.document(
                file_path('web/static/fonts/sign/NotoSans-Reg.ttf'), "Loan", [], [("You pay", ["all"])]
            )
            content = pdf.joined(ours, other) if more == 'page' else self.over(ours)
            app.orders[order]['blob'] = base64.b64encode(content).decode()
            self.event(provider, *app.sign(order, "Ján Konateľ"))
            self.assertEqual((more, agreement.state), (more, 'review'))
            agreement.sudo()._set_state('ended')

    def over(self, content):
        """A white square over the first page; its text stays."""
        writer = PdfWriter(clone_from=io.BytesIO(content))
        stream = DecodedStreamObject()
        stream.set_data(writer.pages[0].get_contents().get_data() + b' 1 g 0 0 600 900 re f')
        writer.pages[0][NameObject('/Contents')] = writer._add_object(stream)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def test_what_cannot_be_asked_ends_in_time(self):
        app, provider = self.idura()
        agreement, _order = self.asked(app, provider)
        provider.sudo().secret_sealed = False
        with self.assertRaises(UserError):
            agreement.action_withdraw()
        agreement.signing_id.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.look()
        self.assertEqual(agreement.state, 'expired')

    def test_signed_meanwhile_is_not_withdrawn(self):
        app, provider = self.idura()
        agreement, order = self.asked(app, provider)
        app.sign(order, "Ján Konateľ")
        agreement.action_withdraw()
        self.assertEqual(agreement.state, 'live')

    def test_another_document_comes_back(self):
        app, provider = self.idura()
        agreement, order = self.asked(app, provider)
        other = pdf.document(file_path('web/static/fonts/sign/NotoSans-Reg.ttf'), "Loan", [], [("You pay", ["all"])])
        app.orders[order]['blob'] = base64.b64encode(other).decode()
        self.event(provider, *app.sign(order, "Ján Konateľ"))
        self.assertEqual((agreement.state, agreement.signing_id.state), ('rejected', 'failed'))
        self.assertFalse(agreement.signed_document)

    def test_rejected_and_missed_events(self):
        app, provider = self.idura()
        agreement, order = self.asked(app, provider)
        app.reject(order, "Not me")
        self.look()
        self.assertEqual((agreement.state, agreement.signing_id.reason), ('declined', "Not me"))
        agreement = self.env['bank.agreement'].browse(agreement.action_new()['res_id']).with_user(self.accountant)
        with self.mock_mail():
            agreement.action_send()
            agreement.action_withdraw()
        self.assertEqual(app.orders[next(reversed(app.orders))]['status'], 'CANCELLED')

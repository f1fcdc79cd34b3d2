"""Try the matching settings before they are switched on: on the company's own history, and on what waits."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...matching import Decider
from ...matching.coding.data import DOCUMENT
from ...matching.data import AUTO, SUGGEST
from ...matching.decide import place
from ..book.booking import Booking
from ..book.lines import statement_line
from ..coding.coded import Coded
from ..coding.deciding import Deciding
from ..coding.past import Past, PastDeciding, kind_of
from ..lib import wording
from ..lib.looking import WAITING
from ..lib.told import Told
from ..lib.walls import check_companies, check_free, only_free
from .past import HistorySource
from .refused import Refused
from .source import OdooSource

_logger = logging.getLogger(__name__)

#: what a person chooses; the results are the engine's
FREE = {'mode', 'company_id', 'journal_ids', 'settings_id', 'date_from'}
CHUNK = 100
MOST = 20000
#: letters of a movement in a row
MAX_SHOWN = 200
OUTCOMES = [
    ('right', "Right"),
    ('partly', "Right, not all of it"),
    ('wrong', "Wrong"),
    ('proposed', "Right among the proposals"),
    ('other', "Other proposals"),
    ('none', "Nothing found"),
    ('would_post', "Would be booked by itself"),
    ('would_propose', "Would be proposed"),
]


class BankBacktest(models.Model):
    """A backtest or a dry run: what the engine decides, beside what people did. Nothing is booked."""

    _name = 'bank.backtest'
    _description = "Matching Test"
    _order = 'id desc'

    name = fields.Char(compute='_compute_name')
    mode = fields.Selection(
        [('backtest', "Backtest on reconciled movements"), ('dry_run', "Dry run on waiting movements")],
        required=True,
        default='backtest',
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    journal_ids = fields.Many2many(
        'account.journal', domain="[('type', 'in', ('bank', 'credit')), ('company_id', '=', company_id)]"
    )
    settings_id = fields.Many2one(
        'account.reconcile.model',
        domain="[('bank_feed_matching', '=', True), ('company_id', '=', company_id)]",
        help="The settings to try; the default ones where empty.",
    )
    date_from = fields.Date(default=lambda self: fields.Date.context_today(self) - timedelta(days=365), required=True)
    state = fields.Selection(
        [('draft', "New"), ('queued', "Running"), ('done', "Done"), ('failed', "Failed")],
        default='draft',
        readonly=True,
    )
    message = fields.Char(readonly=True)
    row_ids = fields.One2many('bank.backtest.row', 'test_id', readonly=True)
    tried_count = fields.Integer(compute='_compute_tried_count')
    line_count = fields.Integer(readonly=True, string="Movements")
    right_count = fields.Integer(readonly=True, string="Right")
    wrong_count = fields.Integer(readonly=True, string="Wrong")
    left_count = fields.Integer(readonly=True, string="Left to People")

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE)
        tests = super(BankBacktest, records).create(vals_list).with_env(self.env)
        check_companies(tests)
        return tests

    def write(self, vals):
        check_free(self, vals, FREE)
        result = super().write(vals)
        check_companies(self)
        return result

    @api.depends('mode', 'create_date')
    def _compute_name(self):
        for test in self:
            mode = dict(self._fields['mode']._description_selection(self.env))[test.mode]
            test.name = f"{mode}, {fields.Date.to_string(test.create_date)}" if test.create_date else mode

    @api.depends('row_ids')
    def _compute_tried_count(self):
        """So far; commits of the scheduler are not noticed by a cache."""
        counts = dict(self.row_ids.browse()._read_group([('test_id', 'in', self.ids)], ['test_id'], ['__count']))
        for test in self:
            test.tried_count = counts.get(test, 0)

    def action_run(self):
        """Queue the test; the scheduler works it off."""
        self.check_access('write')
        for test in self.sudo():
            if test.state == 'queued':
                raise UserError(self.env._("It is running already."))
            test.row_ids.unlink()
            test.write({'state': 'queued', 'message': False})
        self.env.ref('account_bank_feed.ir_cron_backtest').sudo()._trigger()
        return True

    def action_open_rows(self):
        """The results as graph, pivot and list."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_backtest_row_action')
        return {**action, 'domain': [('test_id', '=', self.id)], 'name': self.name}

    def action_stop(self):
        """Give up a running test; what it found so far goes."""
        self.check_access('write')
        self.row_ids.sudo().unlink()
        self.sudo().write({'state': 'draft'})

    @api.model
    def _cron_run(self):
        """Chunk by chunk with a commit each: a long test goes on where the scheduler's time was up."""
        tests = self.search([('state', '=', 'queued')], order='id')
        self.env['ir.cron']._commit_progress(remaining=len(tests))
        for test in tests:
            try:
                if not test.with_company(test.company_id)._run():
                    return
            except Exception as error:
                self.env.cr.rollback()
                # without the traceback: what it says may hold the bank's text
                _logger.warning("Matching test %s failed: %s at %s", test.id, type(error).__name__, place(error, 4))
                test.sudo().write({'state': 'failed', 'message': self.env._("It failed; the server's log says why.")})
            if not self.env['ir.cron']._commit_progress(1):
                return

    def _run(self):
        """Whether it is finished; False when the scheduler's time is up before."""
        self.ensure_one()
        lines = self._lines()
        todo, past = lines - self.row_ids.statement_line_id, {}
        for journal, of_journal in todo.grouped('journal_id').items():
            deciding = self._deciding(journal, past)
            for start in range(0, len(of_journal), CHUNK):
                self._try(of_journal[start : start + CHUNK], deciding)
                if not self.env['ir.cron']._commit_progress():
                    return False
        self._finish(lines)
        return True

    def _finish(self, lines):
        counts = dict(self.row_ids._read_group([('test_id', '=', self.id)], ['outcome'], ['__count']))
        posted = counts.get('right', 0) + counts.get('partly', 0) + counts.get('would_post', 0)
        cut = len(lines) == MOST
        self.sudo().write(
            {
                'state': 'done',
                'line_count': len(lines),
                'right_count': posted,
                'wrong_count': counts.get('wrong', 0),
                'left_count': len(lines) - posted - counts.get('wrong', 0),
                'message': self.env._("Only the first %s movements were tried.", MOST) if cut else False,
            }
        )

    def _lines(self):
        domain = Domain('company_id', 'child_of', self.company_id.id) & Domain('date', '>=', self.date_from)
        if self.journal_ids:
            domain &= Domain('journal_id', 'in', self.journal_ids.ids)
        if self.mode == 'backtest':
            domain &= Domain('is_reconciled', '=', True)
        else:
            domain &= Domain('is_reconciled', '=', False) & Domain('bank_match_state', 'in', WAITING)
        return self.env['account.bank.statement.line'].search(domain, order='date, id', limit=MOST)

    def _deciding(self, journal, past):
        """:class:`models.coding.deciding.Deciding` with the settings that are tried.

        :param past: {company: :class:`models.coding.past.Past`}, filled as needed"""
        settings = self.settings_id.sudo()
        months = settings.bank_feed_months or 24
        company = journal.company_id
        is_past = self.mode == 'backtest'
        source = (HistorySource if is_past else OdooSource)(self.env, company, months)
        source.since = self.date_from
        currency = journal.currency_id or company.currency_id
        decider = Decider(source, settings._bank_feed_policy(currency))
        if not is_past:
            deciding = Deciding(journal)
            deciding.use(decider)
            return deciding
        if company not in past:
            past[company] = Past(self.env, company)
        return PastDeciding(journal, past[company], decider)

    def _try(self, lines, deciding):
        values, decider = [], deciding.decider
        if self.mode == 'backtest':
            for line in lines:
                decider.source.asked_by(line)
                decider.taken.clear()  # history knows what was taken
                row = statement_line(line)
                row.partner = None  # people may have set it when they reconciled
                outcome = deciding.outcome(row)
                values.append(self._row(line, outcome, deciding.verdict(outcome)))
        else:
            decider.refused, deciding.refused = Refused.of(lines)
            outcomes = deciding.decide([statement_line(line) for line in lines])
            values = [self._row(line, outcome) for line, outcome in zip(lines, outcomes)]
        self.env['bank.backtest.row'].sudo().create(values)

    def _row(self, line, outcome, verdict=None):
        truth = line.line_ids._bank_items_of_documents().move_id if self.mode == 'backtest' else None
        decision, is_coded = outcome.decision, outcome.kind not in (None, DOCUMENT)
        kind, rule = kind_of(outcome)
        accounts = Booking(line).booked_items().account_id.mapped('name') if self.mode == 'backtest' else []
        decided = Coded.of(line.company_id, outcome.coding).name() if is_coded else ', '.join(_numbers(decision.best))
        why_not = outcome.why_not if is_coded else decision.why_not
        why = (
            wording.why_coded(outcome.coding.why)
            if is_coded
            else wording.why(decision.best)
            if decision.best
            else False
        )
        return {
            'test_id': self.id,
            'statement_line_id': line.id,
            'company_id': line.company_id.id,
            'journal_id': line.journal_id.id,
            'date': line.date,
            'amount': line.amount,
            'movement': ' '.join(filter(None, (line.partner_name, line.payment_ref)))[:MAX_SHOWN],
            'kind': kind,
            'rule': rule,
            'outcome': verdict or self._outcome(outcome, truth),
            'decided': decided,
            'truth': ', '.join(truth.mapped('name') or accounts) if truth is not None else False,
            'reason': wording.why_not(why_not, line.currency_id) if why_not else why,
        }

    def _outcome(self, outcome, truth):
        if truth is None:
            return {AUTO: 'would_post', SUGGEST: 'would_propose'}.get(outcome.action, 'none')
        decision = outcome.decision
        if decision.action == AUTO:
            paid = {part.document.id for part in decision.best.allocations}
            known = set(truth.ids)
            return 'right' if paid == known else 'partly' if paid < known else 'wrong'
        if decision.action == SUGGEST:
            proposals = (decision.best, *decision.alternatives)
            named = {part.document.id for proposal in proposals for part in proposal.allocations}
            return 'proposed' if named & set(truth.ids) else 'other'
        return 'none'


def _numbers(proposal):
    return dict.fromkeys(part.document.number for part in proposal.allocations) if proposal else ()


class BankBacktestRow(models.Model):
    _name = 'bank.backtest.row'
    _description = "Matching Test Result"
    _order = 'date, id'

    test_id = fields.Many2one('bank.backtest', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(
        'res.company'
    )  # not related: core would look for it at every movement that anybody makes
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', string="Movement", ondelete='cascade', index=True
    )
    journal_id = fields.Many2one('account.journal')
    date = fields.Date()
    amount = fields.Monetary(currency_field='currency_id')
    currency_id = fields.Many2one(related='statement_line_id.currency_id')
    movement = fields.Char("Text")
    kind = fields.Selection(
        [('document', "Documents"), ('coding', "Account"), ('transfer', "Own Transfer")], string="As"
    )
    rule = fields.Selection(lambda self: self._rules())
    outcome = fields.Selection(OUTCOMES)
    decided = fields.Char("Engine")
    truth = fields.Char("People")
    reason = Told("Why")

    def _rules(self):
        """Those of the matching policy, by what they say."""
        return [(code, wording.rule(self.env, code)) for code in wording.RULES]

    def action_open_movement(self):
        self.ensure_one()
        return self.statement_line_id.action_bank_open_document()

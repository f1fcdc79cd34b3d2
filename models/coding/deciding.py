"""What becomes of movements: documents first, then what pays none."""

import logging
from dataclasses import replace
from functools import cached_property

from psycopg2 import Error as DatabaseError

from ...matching import names
from ...matching.coding import Coder, rests
from ...matching.coding.coder import Outcome
from ...matching.coding.data import DOCUMENT, TRANSFER
from ...matching.coding.traits import may_be_called
from ...matching.data import AUTO, NONE, STRONG, SUGGEST, Decision, Reason
from ...matching.decide import place
from ...matching.policy import AS_BEFORE, BY_MODEL, DEPOSIT, OWN_TRANSFER
from .automated import Automated
from .books import OdooBooks
from .kinds import Kinds, as_text, former, places, shares
from .mapping import Mapping
from .memory import Memory
from .sides import Sides

_logger = logging.getLogger(__name__)

#: what the text says of documents that are not open: a person looks before it is booked on an account
SAID = ('paid', 'cancelled', 'draft', 'order', 'returned', 'disputed', 'money_back', 'duty')

#: what keeps a sure coding back, and a person may lift: nobody has said it, another kind of the payee has been allowed, amounts have grown
MAY_BE_ALLOWED = ('not_allowed', 'model_differs', 'model_limits')


def rule_of(coding):
    """Which rule of the policy a coding is of."""
    if coding.model and not coding.ground:
        return BY_MODEL
    if coding.is_transfer and not coding.basis:
        return OWN_TRANSFER
    return DEPOSIT if coding.why.code == 'deposit' else AS_BEFORE


class Deciding:
    """Decides movements of one journal.

    :param journal: the record
    :param refused: see :class:`models.match.refused.Refused`, its documents
    :param refused_codings: and its codings"""

    def __init__(self, journal, refused=(), refused_codings=()):
        journal = journal.with_context(active_test=True)  # whatever a remote call asked for
        self.journal, self.refused = journal, refused_codings
        self.kinds = Kinds(journal.company_id)
        self.memory = Memory(journal.env, journal.company_id, self.kinds)
        self.use(journal._bank_feed_decider(refused))

    def use(self, decider):
        """Decide documents with this :class:`matching.Decider`, and its policy."""
        self.decider, self.policy = decider, decider.policy
        self.books = OdooBooks(self.journal, decider.source)
        self.automated = Automated(self.journal, self.books)

    def decide(self, movements):
        """[:class:`matching.coding.coder.Outcome`], one a movement.

        :param movements: :class:`matching.coding.Movement` in booking order"""
        said = self._mapped(movements)
        decisions = self.decider.decide([said.get(movement.id, movement) for movement in movements])
        asked = [decision for decision in decisions if decision.action != AUTO or rests.difference(decision)]
        coded = iter(self._safely(asked) if asked else ())
        passed = {id(decision) for decision in asked}
        return [
            next(coded) if id(decision) in passed else Outcome(decision.line, AUTO, DOCUMENT, decision)
            for decision in decisions
        ]

    @cached_property
    def mapping(self):
        """:class:`.mapping.Mapping` of the journal's company."""
        return Mapping(self.journal)

    def _mapped(self, movements):
        """{id: movement with its partner} of those of which a reconciliation model says whose they are, and nothing else says
        another one."""
        people = self.books.source.people
        if not self.mapping.models:
            return {}
        said = [(one, self.mapping.partner(one)) for one in movements if one.partner is None]
        said = [(one, partner) for one, partner in said if partner]
        people.load_accounts({one.counterparty_account for one, _partner in said if one.counterparty_account})
        people.load_names({names.key(one.counterparty_name) for one, _partner in said if one.counterparty_name})
        return {
            one.id: replace(one, partner=partner) for one, partner in said if {*self.books.payers(one)} <= {partner}
        }

    def _safely(self, decisions):
        """Outcomes; a movement at which coding fails is left to people and stops no other."""
        try:
            return self._code(decisions)
        except DatabaseError:
            raise  # after one, the transaction answers nothing
        except Exception as error:
            _logger.warning("Coding: a batch goes one by one, it failed at %s", place(error))
        outcomes = []
        for decision in decisions:
            try:
                outcomes += self._code([decision])
            except DatabaseError:
                raise
            except Exception as error:
                _logger.warning("Coding: a movement is left to people, it failed at %s", place(error))
                kind = DOCUMENT if decision.best else None
                outcomes.append(Outcome(decision.line, decision.action, kind, decision, why_not=decision.why_not))
        return outcomes

    def code_only(self, movements):
        """Outcomes without a look at documents, but those that speak against a coding."""
        return self._code([Decision(movement, NONE) for movement in movements])

    def _code(self, decisions):
        """Outcomes of what pays no document by itself."""
        movements = [decision.line for decision in decisions]
        of_rests = {ground for decision in decisions for ground in rests.said(decision)}
        precedents = self.memory.of(movements, self.books.rates, of_rests)
        called = {name for movement in movements for name in may_be_called(movement)}
        self.books.source.people.load_alike(called)
        payers = {movement.id: self.books.whoever(movement) for movement in movements}
        known = precedents.all()
        self.books.prepare(
            {partner for found in payers.values() for partner in found} | {one.partner for one in known},
            {row.account for one in known for row in one.rows},
        )
        coder = Coder(precedents, self.books, self._permits, self._said)
        sides = Sides(self.journal, movements, self.policy.manual)
        outcomes = coder.decide(decisions, payers, sides.others, sides.booked)
        return [self._checked(confirmed_rest(outcome)) for outcome in outcomes]

    # === What is booked without a person === #

    def _said(self, movement):
        """See :data:`matching.coding.coder.Models`; a kind of the payee may come before them."""
        codings = self.automated.codings(movement)
        if codings:
            first = self.automated.models.browse(codings[0].model).sequence
            kinds = self.kinds.running(movement).filtered(lambda kind: kind.sequence < first)
            if any(self.automated.holds(kind, movement) for kind in kinds):
                return ()
        return codings

    def _permits(self, movement, coding):
        """See :data:`matching.coding.coder.Permits`."""
        if coding.ground and coding.ground[0] in (rests.REST, rests.OF_PAYER):
            return coding, Reason('archived' if self.books.is_archived(coding.rows) else coding.ground[0], {})
        reason = None
        if rule_of(coding) == AS_BEFORE:
            coding, reason = self._allowed(movement, coding)
        if rule_of(coding) == BY_MODEL:
            reason = self._other_kind(movement, coding)
        if reason and reason.code != 'not_allowed':
            return coding, reason
        return coding, self._kept_back(movement, coding) or reason

    def _other_kind(self, movement, coding):
        """Where a kind of the payee that does not come after the model books it elsewhere: nobody has said which holds."""
        model = self.automated.env['account.reconcile.model'].browse(coding.model)
        for kind in self.kinds.running(movement):
            if places(kind) != coding.kind and kind.sequence <= model.sequence and self.automated.holds(kind, movement):
                return Reason('models_differ', {'name': model.name, 'other': kind.name})
        return None

    def _allowed(self, movement, coding):
        """Whether a person has said that this kind is booked by itself, and as what."""
        model = self.kinds.of(coding)
        if not model or model.trigger != 'auto_reconcile':
            other = self.kinds.others(coding)
            return coding, Reason('model_differs', {'name': other.name}) if other else Reason('not_allowed', {})
        was_transfer = (
            TRANSFER in former(model) and not coding.is_transfer
        )  # the company has another transfer account since
        if places(model) != coding.kind or was_transfer:
            return coding, Reason('model_differs', {'name': model.name})
        if shares(model) != model.bank_shares:
            return coding, Reason('model_amounts', {'name': model.name})
        if not self.automated.is_for(model, movement):
            return coding, Reason('model_elsewhere', {'name': model.name})
        if not self.automated.holds(model, movement):
            return coding, Reason('model_limits', {'name': model.name})
        return self.kinds.told_by(model, coding), None

    def _kept_back(self, movement, coding):
        """What the settings say against it."""
        if rule_of(coding) not in self.policy.automatic:
            return Reason('not_ticked', {})
        if not coding.is_transfer and (reason := self._of_the_books(movement, coding)):
            return reason
        if self.policy.limit is not None and abs(movement.amount) > self.policy.limit:
            return Reason('limit', {'amount': self.policy.limit})
        for partner in {coding.partner, *self.books.whoever(movement)} - {None}:
            record = self.books.source.partner(partner)
            if partner in self.policy.manual or (record and record.manual):
                return Reason('manual', {'partner': record.name if record else ''})
        return None

    def _of_the_books(self, movement, coding):
        """What has changed in the books since the like was booked."""
        if self.books.is_archived(coding.rows):
            return Reason('archived', {})
        if coding.model and (against := self._of_its_partners(movement, coding)):
            return against
        if any(self.books.kind(row.account) == 'suspense' for row in coding.rows):
            return Reason('suspense', {})
        if any(row.taxes for row in coding.rows) and self.books.is_tax_locked(movement.date):
            return Reason('tax_locked', {})
        return None if self.books.has_rate(movement) else Reason('no_rate', {})

    def _of_its_partners(self, movement, coding):
        """What is open with the partners whom a model names: they were not known before."""
        lines = self.automated.env['account.reconcile.model'].browse(coding.model).line_ids
        partners = {*lines.partner_id.commercial_partner_id.ids, coding.partner} - {None}
        if partners and self.books.owes(partners, movement.amount > 0):
            return Reason('open_documents', {})
        is_income = any(self.books.kind(row.account) == 'income' for row in coding.rows)
        if movement.amount > 0 and is_income and partners and self.books.is_customer(partners):
            return Reason('customer', {})
        return None

    # === What a person said of this very movement === #

    def _checked(self, outcome):
        """Without what was refused of it; and where its text names a document that is not open, a person looks."""
        if self.refused and outcome.coding:
            outcome = self._without_refused(outcome)
        said, best = outcome.decision.why_not, outcome.decision.best
        is_said = bool(said and said.code in SAID) and any(
            piece.strength >= STRONG for piece in (best.evidence if best else ())
        )
        coding = outcome.coding
        if not is_said or not coding or outcome.kind == DOCUMENT:
            return outcome
        if coding.against and coding.against.code != 'once':
            return outcome  # which is worse
        return replace(outcome, action=SUGGEST, coding=coding._replace(against=said), why_not=said)

    def _without_refused(self, outcome):
        codings = [coding for coding in (outcome.coding, *outcome.others) if coding]
        left = [one for one in codings if (outcome.movement.id, as_text(one.kind)) not in self.refused]
        if len(left) == len(codings):
            return outcome
        if outcome.kind == DOCUMENT:
            return replace(outcome, others=tuple(left), coding=None)
        if left:
            why_not = left[0].against or Reason('refused_before', {})
            return replace(outcome, action=SUGGEST, coding=left[0], others=tuple(left[1:]), why_not=why_not)
        decision = outcome.decision
        if decision.allocations:
            return Outcome(outcome.movement, SUGGEST, DOCUMENT, decision, why_not=decision.why_not)
        return Outcome(outcome.movement, NONE, None, decision, why_not=Reason('refused_before', {}))


def confirmed_rest(outcome):
    """A document with a rest that is booked as before is proposed: nobody can allow that beforehand."""
    if not outcome.rest:
        return outcome
    decision, why_not = outcome.decision, outcome.why_not or Reason('rest', {})
    [part] = decision.best.allocations
    whole = part._replace(amount=part.item.residual)
    best = replace(decision.best, allocations=(whole,), against=why_not)
    return replace(
        outcome,
        action=SUGGEST,
        decision=replace(decision, action=SUGGEST, best=best, why_not=why_not),
        why_not=why_not,
    )

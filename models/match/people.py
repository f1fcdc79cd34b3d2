"""Who owns an account, a name or an identifier: what the matching rules ask of partners, by the batch."""

from odoo.tools import SQL

from ...matching import names
from ...matching.accounts import forms
from ...matching.data import Partner

#: partners with names that begin alike who are looked at
MAX_ALIKE = 2000


class People:
    """Partners that these companies see. Each question is answered from what was loaded, or loads it.

    :param companies: tuple of ids, a company and its branches"""

    def __init__(self, env, companies):
        self.env, self.companies = env, companies
        self.partners, self.accounts, self.named, self.identifiers = {}, {}, {}, {}
        self.owned, self.customers, self.alike, self.archived_accounts = {}, {}, {}, {}

    def partner(self, partner):
        if partner not in self.partners:
            self.load_partners({partner})
        return self.partners.get(partner)

    def load_partners(self, ids):
        missing = tuple(id_ for id_ in ids if id_ and id_ not in self.partners)
        if missing:
            rows = self.env.execute_query(
                SQL(
                    """SELECT id, name, bank_feed_manual OR EXISTS (SELECT 1 FROM res_partner contact
                              WHERE contact.commercial_partner_id = partner.id AND contact.bank_feed_manual)
                         FROM res_partner partner WHERE id IN %s""",
                    missing,
                )
            )
            for id_, name, manual in rows:
                self.partners[id_] = Partner(id_, name or '', bool(manual))

    def by_account(self, account):
        """By any spelling of the account, its country's own or international."""
        spellings = forms(account)
        if any(form not in self.accounts for form in spellings):
            self.load_accounts({account})
        return list({partner: True for form in spellings for partner in self.accounts[form]})

    def load_accounts(self, numbers):
        numbers = {form for number in numbers for form in forms(number)} - self.accounts.keys()
        if not numbers:
            return
        for number in numbers:
            self.accounts[number], self.archived_accounts[number] = [], []
        rows = self.env.execute_query(
            SQL(
                """SELECT bank.sanitized_acc_number, partner.commercial_partner_id, bank.active
                     FROM res_partner_bank bank JOIN res_partner partner ON partner.id = bank.partner_id
                    WHERE bank.sanitized_acc_number = ANY(%(numbers)s)
                      AND (bank.company_id IS NULL OR bank.company_id IN %(companies)s)
                    UNION
                   SELECT payer.account_number, min(payer.partner_id), TRUE FROM bank_payer payer
                    WHERE payer.account_number = ANY(%(numbers)s) AND payer.company_id IN %(companies)s
                 GROUP BY payer.account_number HAVING count(DISTINCT payer.partner_id) = 1""",
                numbers=list(numbers),
                companies=self.companies,
            )
        )
        for number, partner, active in rows:
            (self.accounts if active else self.archived_accounts)[number].append(partner)

    def accounts_of(self, partner):
        if partner not in self.owned:
            self.load_owned({partner})
        return self.owned.get(partner, frozenset())

    def load_owned(self, partners, lines=None):
        """Accounts on file of these partners; needed for money that we paid."""
        if lines is not None and all(line.amount >= 0 for line in lines):
            return
        missing = [partner for partner in partners if partner and partner not in self.owned]
        if not missing:
            return
        self.owned.update(dict.fromkeys(missing, frozenset()))
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, array_agg(bank.acc_number)
                     FROM res_partner_bank bank JOIN res_partner partner ON partner.id = bank.partner_id
                    WHERE partner.commercial_partner_id = ANY(%s) AND bank.active
                      AND (bank.company_id IS NULL OR bank.company_id IN %s) GROUP BY 1""",
                missing,
                self.companies,
            )
        )
        for partner, numbers in rows:
            self.owned[partner] = frozenset(form for number in numbers for form in forms(number))

    def by_name(self, name_key):
        if name_key not in self.named:
            self.load_names({name_key})
        return self._own(self.named.get(name_key, []))

    def _own(self, partners):
        """Of several, those that have documents in these companies: a number or name may be a sister's customer's."""
        if len(partners) < 2:
            return partners
        key = tuple(sorted(partners))
        if key not in self.customers:
            rows = self.env.execute_query(
                SQL(
                    """SELECT partner.id FROM unnest(%s) AS partner(id) WHERE EXISTS (
                       SELECT 1 FROM account_move_line line WHERE line.partner_id = partner.id AND line.company_id IN %s
                          AND line.display_type = 'payment_term' AND line.parent_state = 'posted')""",
                    list(key),
                    self.companies,
                )
            )
            self.customers[key] = {row[0] for row in rows}
        return [partner for partner in partners if partner in self.customers[key]] or partners

    def load_names(self, keys):
        missing = {key for key in keys if key} - self.named.keys()
        if not missing:
            return
        tokens = {'n:' + key.replace(' ', '_'): key for key in missing}
        self.named.update({key: [] for key in missing})
        for token, partner in self._by_partner_key(tokens):
            self.named[tokens[token]].append(partner)

    def whoever(self, account, name):
        """Commercial partners of whom a movement may be, for whatever speaks against it: of an account that was archived, of a name that is
        cut off or too short to tell anybody, archived themselves, of several all."""
        if account:
            self.by_account(account)
        if name not in self.alike:
            self.load_alike({name})
        owners = (self.accounts, self.archived_accounts)
        numbers = forms(account) if account else ()
        return {partner for form in numbers for known in owners for partner in known[form]} | self.alike[name]

    def load_alike(self, found):
        """Whose names may be these."""
        missing = {name for name in found if name not in self.alike}
        wanted = {'b:' + beginning for name in missing for beginning in names.sought(name)}
        named = {}
        for token, partner, name in self._by_beginning(wanted) if wanted else ():
            named.setdefault(token, set()).add((partner, name))
        for name in missing:
            tokens = ('b:' + beginning for beginning in names.sought(name))
            near = {one for token in tokens for one in named.get(token, ())}
            self.alike[name] = {partner for partner, other in near if names.may_be(name, other)}

    def _by_beginning(self, tokens):
        return self.env.execute_query(
            SQL(
                """SELECT wanted.key, hits.partner, hits.name FROM unnest(%s) AS wanted(key) CROSS JOIN LATERAL (
                   SELECT commercial_partner_id AS partner, name FROM res_partner
                    WHERE string_to_array(bank_feed_keys, ' ') @> ARRAY[wanted.key] AND bank_feed_keys IS NOT NULL
                      AND (company_id IS NULL OR company_id IN %s) ORDER BY id DESC LIMIT %s) hits""",
                sorted(tokens),
                self.companies,
                MAX_ALIKE,
            )
        )

    def identified(self, key, day):
        if key not in self.identifiers:
            self.load_identifiers({key})
        found = self.identifiers[key]
        return self._own(
            list(
                {
                    partner: True
                    for partner, first, last in found
                    if not (first and day < first) and not (last and day > last)
                }
            )
        )

    def load_identifiers(self, keys):
        missing = set(keys) - self.identifiers.keys()
        if not missing:
            return
        self.identifiers.update({key: [] for key in missing})
        tokens = {'c:' + key: key for key in missing}
        for token, partner in self._by_partner_key(tokens):
            self.identifiers[tokens[token]].append((partner, None, None))
        rows = self.env.execute_query(
            SQL(
                """SELECT own.key, partner.commercial_partner_id, own.date_from, own.date_to
                     FROM bank_partner_identifier own JOIN res_partner partner ON partner.id = own.partner_id
                    WHERE own.key = ANY(%s) AND partner.active AND (own.company_id IS NULL OR own.company_id IN %s)""",
                list(missing),
                self.companies,
            )
        )
        for key, *found in rows:
            self.identifiers[key].append(tuple(found))

    def _by_partner_key(self, tokens):
        """{(token, commercial partner's id)} of active partners that can be found under the tokens."""
        if not tokens:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT wanted.key, hits.partner FROM unnest(%s) AS wanted(key) CROSS JOIN LATERAL (
                   SELECT commercial_partner_id AS partner FROM res_partner
                    WHERE string_to_array(bank_feed_keys, ' ') @> ARRAY[wanted.key] AND bank_feed_keys IS NOT NULL
                      AND active AND (company_id IS NULL OR company_id IN %s)) hits""",
                list(tokens),
                self.companies,
            )
        )
        return set(rows)

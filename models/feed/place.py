"""Where movements go, and which way they come: what matching, posting and holding need to know of either."""

from datetime import date

from ...banks.same import FEED, FILE, MAIL


class Place:
    """A journal in one currency, and a source that tells its movements.

    ``way``: one of :mod:`banks.same`; ``voice``: which source of that way, in whose words movements have one identity; ``feed``:
    the account at the bank, or no record; ``statement``: the imported statement, or no record; ``date_from``: what was booked before
    is not taken; ``active_from``: what was booked before is marked, as it was before the company's agreement with the provider."""

    def __init__(self, journal, currency, way, voice, feed=None, statement=None, date_from=date.min):
        self.env = journal.env
        self.journal_id, self.currency_id, self.company_id = journal, currency, journal.company_id
        self.way, self.voice, self.date_from = way, voice, date_from
        self.active_from = None
        self.feed = feed if feed is not None else self.env['bank.feed']
        self.statement = statement if statement is not None else self.env['bank.import.statement']

    @classmethod
    def of_feed(cls, feed):
        """An account's own journal."""
        found = cls(feed.journal_id, feed.currency_id, FEED, feed_voice(feed.id), feed=feed, date_from=feed.date_from)
        found.env, found.company_id = feed.env, feed.company_id
        agreement = feed.env['bank.agreement']._live(feed.company_id, feed.connection_id.provider_id)
        found.active_from = agreement.valid_from or None
        return found

    @classmethod
    def of_statement(cls, statement):
        """The journal to which an imported statement was assigned."""
        journal = statement.journal_id
        way = MAIL if statement.format == 'mail' else FILE  # a file that came by mail is a file
        currency = statement.currency_id or journal.currency_id or journal.company_id.currency_id
        return cls(journal, currency, way, statement.voice, statement=statement)

    @property
    def name(self):
        """For the server's log: no bank text."""
        return f'bank.feed {self.feed.id}' if self.feed else f'bank.import.statement {self.statement.id}'

    @property
    def source_values(self):
        """What is on hold says of its source."""
        return {'feed_id': self.feed.id, 'import_statement_id': self.statement.id}

    @property
    def source_domain(self):
        """What is on hold, from this source."""
        if self.feed:
            return [('feed_id', '=', self.feed.id)]
        return [('feed_id', '=', False), ('journal_id', '=', self.journal_id.id), ('voice', '=', self.voice)]


def feed_voice(feed_id):
    return f'feed:{feed_id}'

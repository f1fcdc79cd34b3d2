"""When a consent ended is kept now: for those that ended before, as far as it is known."""


def migrate(cr, version):
    cr.execute(
        """UPDATE bank_consent SET ended_on = LEAST(COALESCE(valid_until, write_date::date), write_date::date)
            WHERE ended_on IS NULL AND state IN ('rejected', 'revokedByPsu', 'expired', 'terminatedByTpp')"""
    )

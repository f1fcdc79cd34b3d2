"""What a statement line keeps of what became of it: for all that book by themselves."""


def booked_values(rule, note, risk=0.0):
    """Of a movement that was booked by itself.

    :param rule: its name
    :param note: why, in words
    :param risk: that it is wrong, between 0 and 1"""
    return {
        'bank_match_state': 'auto',
        'bank_match_rule': rule,
        'bank_match_note': note,
        'bank_match_risk': risk,
        'bank_match_keys': False,
    }

"""Whether a reconciliation model's conditions hold for a movement: journals, partners, amount, label, as its form says them."""

from ...booking import Refused
from ...booking.patterns import find
from ...matching.accounts import forms
from ...matching.names import folded
from ...matching.text import MAX_TEXT


def _told(text):
    """As it is compared: in its own script, with single blanks."""
    return ' '.join(folded(text).split())


def has_any(model):
    """Whether it has a condition that leaves something out: one without would book everything."""
    amount = model.match_amount and not (model.match_amount == 'greater' and model.match_amount_min <= 0)
    return bool(model.match_journal_ids or model.match_partner_ids or amount or _is_label(model))


def _is_label(model):
    if model.match_label != 'match_regex':
        return bool(model.match_label and folded(model.match_label_param or '').strip())
    try:
        return not _found(model.match_label_param or '', '')
    except Refused:
        return False


def hold(model, movement, partners):
    """:param model: ``account.reconcile.model``
    :param movement: :class:`matching.coding.Movement`
    :param partners: ids of commercial partners who may be at the other end
    :return: whether all conditions of the model hold
    :raise booking.Refused: its pattern is none, or takes too long"""
    is_here = where_holds(model, movement, partners)
    return is_here and _amount_holds(model, abs(movement.amount)) and label_holds(model, movement)


def where_holds(model, movement, partners):
    """Whether it is for this journal and this partner; see :func:`hold`."""
    if model.match_journal_ids and movement.journal not in model.match_journal_ids.ids:
        return False
    wanted = model.match_partner_ids.commercial_partner_id
    return not wanted or (len(partners) == 1 and partners[0] in wanted.ids)


def _amount_holds(model, amount):
    """Within the bounds, whatever the direction, to the cent."""
    low, high = round(model.match_amount_min, 2), round(model.match_amount_max, 2)
    if model.match_amount == 'lower':
        return float(amount) <= high
    if model.match_amount == 'greater':
        return float(amount) >= low
    return model.match_amount != 'between' or low <= float(amount) <= high


def label_holds(model, movement):
    """In one of the bank's texts; for a kind of ours also in who is at the other end, whatever the spelling."""
    wanted, texts = model.match_label_param or '', _texts(movement, bool(model.bank_ground))
    if not model.match_label:
        return True
    if model.match_label == 'match_regex':
        return any(_found(wanted, text) for text in texts)
    plain = _plain(wanted) if model.bank_ground else _told(wanted)
    among = [_plain(text) if model.bank_ground else _told(text) for text in texts]
    is_there = bool(plain) and any(plain in text for text in among)
    return is_there if model.match_label == 'contains' else not is_there


def _texts(movement, with_payer):
    texts = list(dict.fromkeys(text for _field, text in movement.texts))
    if movement.info:
        texts.append(movement.info)
    if with_payer:
        texts += [movement.counterparty_name, *forms(movement.counterparty_account), movement.creditor_id]
        texts += [movement.mandate_id, movement.merchant, movement.bank_code]
    return texts


def _found(pattern, text):
    """In the whole text: what is cut might look like its end."""
    return len(text) <= MAX_TEXT and bool(find(f'(?i){pattern}', text, MAX_TEXT))


def _plain(text):
    return ''.join(char for char in folded(text) if char.isalnum())

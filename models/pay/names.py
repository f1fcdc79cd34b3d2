"""States of payments as people read them, and what is frozen when."""

from ...payments import states

STATES = [
    (states.DRAFT, "Draft"),
    (states.TO_APPROVE, "To Approve"),
    (states.APPROVED, "Approved"),
    (states.SENDING, "Being Sent"),
    (states.UNKNOWN, "Not Known"),
    (states.WAITING, "To Sign at the Bank"),
    (states.SIGNER, "Waits for Another Signature"),
    (states.ACCEPTED, "Accepted by the Bank"),
    (states.PARTIALLY, "Partly Accepted"),
    (states.EXECUTED, "Executed"),
    (states.CLOSED, "On the Statement"),
    (states.REJECTED, "Rejected"),
    (states.CANCELLED, "Cancelled"),
    (states.RETURNED, "Returned"),
]
KINDS = [('vendor', "Vendors"), ('salary', "Salaries"), ('refund', "Refunds"), ('transfer', "Transfer")]
PRODUCTS = [('sepa', "SEPA"), ('instant', "SEPA Instant"), ('domestic', "Domestic")]
REFERENCES = [
    ('none', "Text"),
    ('scor', "RF Reference"),
    ('kid', "KID"),
    ('ocr', "OCR"),
    ('vs', "Variable Symbol"),
]
#: nothing has left the house
BEFORE = (states.DRAFT, states.TO_APPROVE, states.APPROVED)
#: a payment in one of these goes nowhere any more
OVER = tuple(sorted(states.FAILED))
#: the code of the payment method
METHOD = 'bank_feed'

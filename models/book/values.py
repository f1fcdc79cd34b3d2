"""Values of journal items."""


def amounts(amount_currency, balance):
    """Of an amount in the item's currency and its balance in the company's, both signed (debit positive)."""
    balance = float(balance)
    return {
        'amount_currency': float(amount_currency),
        'debit': balance if balance > 0 else 0.0,
        'credit': -balance if balance < 0 else 0.0,
    }

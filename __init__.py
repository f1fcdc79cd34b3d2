from . import controllers, models, wizards
from .models.match.orders import drop_index, prepare_index
from .models.pay.leaving import check_nothing_under_way, hand_over


def post_init_hook(env):
    """Sales orders are found by index from the first movement on."""
    prepare_index(env)


def uninstall_hook(env):
    """The journals stay usable: their source of statements was ours, and a method of their payments."""
    check_nothing_under_way(env)
    hand_over(env)
    drop_index(env)
    env['account.journal'].with_context(active_test=False).search([('bank_statements_source', '=', 'bank_feed')]).write(
        {'bank_statements_source': 'undefined'}
    )

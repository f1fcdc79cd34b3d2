from . import controllers, models, wizards
from .models.match.orders import drop_index, prepare_index


def post_init_hook(env):
    """Sales orders are found by index from the first movement on."""
    prepare_index(env)


def uninstall_hook(env):
    """The journals stay usable: their source of statements was ours."""
    drop_index(env)
    env['account.journal'].with_context(active_test=False).search([('bank_statements_source', '=', 'bank_feed')]).write(
        {'bank_statements_source': 'undefined'}
    )

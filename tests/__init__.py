"""Odoo's runner finds the modules that are named here, pytest the files."""

from .bank import (
    test_agreement,
    test_aiia,
    test_connect,
    test_consent_end,
    test_consents_page,
    test_idura,
    test_people,
    test_people_orders,
    test_people_told,
    test_people_traps,
    test_providers,
    test_registers,
    test_renew,
    test_return,
    test_secrets,
    test_two_log_ins,
)
from .banks import (
    test_conformance,
    test_conformance_enablebanking,
    test_conformance_payments,
    test_consents,
    test_hostile,
    test_identity,
    test_kh,
    test_nextgenpsd2,
    test_nextgenpsd2_direct,
    test_same,
    test_scenarios,
    test_tatra,
)
from .booking import test_booking
from .browser import (
    test_browser,
    test_browser_codings,
    test_browser_files,
    test_browser_providers,
    test_browser_reconcile,
    test_hoot,
    test_push,
    test_tours,
)
from .coding import (
    test_attacked,
    test_by_itself,
    test_coding_backtest,
    test_coding_walls,
    test_grid,
    test_guards,
    test_guards_of_kinds,
    test_mapping,
    test_models,
    test_own_transfers,
    test_read_again,
    test_regular,
    test_rests,
    test_screen,
)
from .docs import test_docs, test_doctests, test_pictures
from .feed import (
    test_batch,
    test_dashboard,
    test_failures,
    test_fetch,
    test_hold,
    test_posting,
    test_prefetch,
    test_processes,
)
from .match import test_again, test_backtest, test_record, test_sources
from .matching import (
    test_coding,
    test_coding_attacked,
    test_coding_marks,
    test_coding_signs,
    test_files,
    test_files_attacked,
    test_fuzz,
    test_holes,
    test_own_payments,
    test_properties,
    test_proposals,
    test_redteam,
    test_rules,
    test_traps,
)
from .payments import (
    test_employees,
    test_once,
    test_orders,
    test_pay,
    test_pay_aiia,
    test_pay_any_order,
    test_pay_attacks,
    test_pay_closing,
    test_pay_file,
    test_pay_fio,
    test_pay_nextgenpsd2,
    test_pay_ponto,
    test_pay_processes,
    test_pay_property,
    test_pay_tatra,
    test_pay_trial,
    test_pay_walls,
    test_salaries,
)
from .payments import test_files as test_payment_files
from .reconcile import (
    test_beside,
    test_cash,
    test_entry,
    test_not_so,
    test_reconcile,
    test_reconcile_traps,
    test_taken_back,
    test_told,
)
from .rights import test_matrix, test_rights, test_settings_stay, test_walls
from .statement import test_answers, test_day_in_parts, test_import, test_mail, test_mails_ways, test_parts, test_teach
from .statements import test_damaged, test_formats, test_mails, test_mutilated

from . import (
    test_privacy,
    test_account_move_charge,
    test_account_move_issuer,
    test_account_move_portal,
    test_account_move_send,
    test_accountant,
    test_res_partner,
    test_service_charge,
    test_service_charge_bill,
    test_service_charge_concurrency,
    test_service_charge_security,
    test_service_link,
)

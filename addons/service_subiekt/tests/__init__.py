from . import test_account_move, test_billing_run, test_issuer, test_sale_link, test_sale_security

from . import account_move, res_company, subiekt_backend, subiekt_exchange

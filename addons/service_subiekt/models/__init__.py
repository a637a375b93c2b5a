from . import (
    account_move,
    res_company,
    sale_order,
    subiekt_backend,
    subiekt_exchange,
)

from . import res_partner, subiekt_card_partner, subiekt_exchange

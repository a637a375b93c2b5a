from . import service_contract_buyout

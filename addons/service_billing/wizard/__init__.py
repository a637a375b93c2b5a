from . import (
    service_contract_buyout,
    service_correction_price,
    service_correction_zero,
    service_contract_assign,
    service_meter_entry,
)

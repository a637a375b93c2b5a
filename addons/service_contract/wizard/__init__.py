from . import service_contract_assign
from . import service_contract_buyout
from . import service_contract_join
from . import service_contract_terminate
from . import service_device_move
from . import service_contract_sign
from . import service_price_index_paste

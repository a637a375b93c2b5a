from . import service_contract_join
from . import service_contract_terminate
from . import service_device_move

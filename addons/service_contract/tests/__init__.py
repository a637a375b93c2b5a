from . import test_res_partner
from . import test_service_contract
from . import test_service_contract_device
from . import test_service_rate
from . import test_service_cover
from . import test_service_cover_performance
from . import test_service_device_move
from . import test_service_contract_security

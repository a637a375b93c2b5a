from . import test_life
from . import test_service_meter_reading
from . import test_service_meter_verdict
from . import test_service_device_move
from . import test_service_meter_security

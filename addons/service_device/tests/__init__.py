from . import test_service_device
from . import test_service_device_concurrency
from . import test_service_device_history
from . import test_service_device_placement
from . import test_service_device_qr
from . import test_service_device_security
from . import test_service_device_stock

from . import ir_http
from . import service_device
from . import service_order
from . import service_visit

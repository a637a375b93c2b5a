from . import service_meter_input
from . import service_meter_entry
from . import service_device_move

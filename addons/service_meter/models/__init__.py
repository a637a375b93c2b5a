from . import service_meter_type
from . import service_device_model
from . import service_device
from . import service_meter
from . import service_meter_reading_set
from . import service_meter_reading
from . import service_device_placement
from . import service_device_event

from . import service_consent
from . import service_meter_entry
from . import service_order_intake
from . import service_stage_removal

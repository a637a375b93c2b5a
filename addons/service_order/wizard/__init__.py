from . import service_meter_entry
from . import service_stage_removal

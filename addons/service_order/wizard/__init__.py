from . import service_meter_entry

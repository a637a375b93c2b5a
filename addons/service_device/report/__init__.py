from . import service_device_history_report

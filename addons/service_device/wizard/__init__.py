from . import service_device_move

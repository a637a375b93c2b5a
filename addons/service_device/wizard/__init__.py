from . import service_device_history_print
from . import service_device_label_print
from . import service_device_move
from . import service_device_move_protocol
from . import service_device_move_toner
from . import service_device_move_wipe
from . import service_device_swap

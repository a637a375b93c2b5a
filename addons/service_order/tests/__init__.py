from . import test_service_order
from . import test_service_order_attention
from . import test_service_order_concurrency
from . import test_service_order_line
from . import test_service_order_settlement
from . import test_service_order_security
from . import test_service_visit
from . import test_retention

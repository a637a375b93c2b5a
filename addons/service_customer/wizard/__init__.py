from . import base_partner_merge
from . import portal_wizard
from . import service_location_move
from . import service_region_paste
from . import service_privacy
from . import service_join

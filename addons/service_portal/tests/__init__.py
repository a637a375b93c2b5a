from . import test_photo
from . import test_portal_access
from . import test_portal_conversation
from . import test_portal_link
from . import test_portal_pages
from . import test_portal_people
from . import test_portal_report
from . import test_qr_target

from . import link
from . import portal
from . import address
from . import thread

from . import portal
from . import device
from . import order
from . import report
from . import people

from . import portal
from . import device
from . import history
from . import order
from . import report
from . import people
from . import contract
from . import reading

from . import payment
from . import portal
from . import reading

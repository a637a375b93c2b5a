from . import qr

from . import test_subiekt_import
from . import test_subiekt_document
from . import test_subiekt_security
from . import test_subiekt_performance

from . import (
    test_documents,
    test_engine,
    test_layout,
    test_report,
    test_resources,
    test_routes,
)

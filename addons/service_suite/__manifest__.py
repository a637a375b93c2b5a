{
    "name": "Service Suite",
    "version": "19.0.1.0.0",
    "summary": "Service management for printers, copiers and any other device, complete",
    "author": "Service Suite",
    "license": "LGPL-3",
    "category": "Services/Field Service",
    "depends": [
        "connector_subiekt",
        "report_weasyprint",
        "service_order",
        "service_portal",
        "service_subiekt",
    ],
    "demo": [
        "demo/service_suite_demo.xml",
        "demo/service_contract_document_demo.xml",
    ],
    "application": True,
}

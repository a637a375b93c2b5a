{
    "name": "Service: Subiekt",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "summary": "Settlements go to Subiekt, the numbers of its invoices come back",
    "author": "Service Suite",
    "license": "LGPL-3",
    "depends": ["service_billing", "connector_subiekt", "sale_stock"],
    "data": [
        "security/service_subiekt_security.xml",
        "views/account_move_views.xml",
        "views/sale_order_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}

{
    "name": "Subiekt connector",
    "summary": "Partners, products and prices from Subiekt; sales documents there and back",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Service Suite",
    "license": "LGPL-3",
    "depends": ["account", "stock", "sale", "purchase"],
    "data": [
        "security/ir.model.access.csv",
        "security/connector_subiekt_security.xml",
        "wizard/subiekt_import_views.xml",
        "views/subiekt_exchange_views.xml",
        "views/subiekt_binding_views.xml",
        "views/subiekt_backend_views.xml",
        "views/subiekt_menus.xml",
    ],
    "application": True,
}

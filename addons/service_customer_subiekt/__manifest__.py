{
    "name": "Service: Customers of Subiekt",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "summary": "Cards of Subiekt with one tax number become one customer with locations",
    "author": "Service Suite",
    "license": "LGPL-3",
    "depends": ["service_customer", "connector_subiekt"],
    "data": ["views/subiekt_exchange_views.xml"],
    "auto_install": True,
}

{
    "name": "Service Customer Panel",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "summary": "Customers see their devices, report faults and follow their requests",
    "author": "Service Suite",
    "license": "LGPL-3",
    "depends": ["service_order", "portal"],
    "data": [
        "views/portal_layout_templates.xml",
        "views/portal_home_templates.xml",
        "views/portal_device_templates.xml",
        "views/portal_order_templates.xml",
        "views/portal_report_templates.xml",
        "views/portal_people_templates.xml",
    ],
    "demo": ["demo/service_portal_demo.xml"],
    "assets": {
        "web._assets_frontend_helpers": [
            (
                "after",
                "portal/static/src/scss/bootstrap_overridden.scss",
                "service_portal/static/src/scss/bootstrap_overridden.scss",
            ),
        ],
        "portal.assets_chatter_style": ["service_portal/static/src/scss/chatter.scss"],
        "web.assets_frontend": [
            "service_portal/static/src/scss/panel.scss",
            "service_portal/static/src/scss/lists.scss",
            "service_portal/static/src/scss/device.scss",
            "service_portal/static/src/scss/request.scss",
            "service_portal/static/src/scss/report.scss",
            "service_portal/static/src/scss/people.scss",
            "service_portal/static/src/interactions/**/*",
        ],
        "web.assets_tests": ["service_portal/static/tests/tours/**/*"],
    },
}

{
    "name": "Service Billing",
    "version": "19.0.1.0.0",
    "summary": "Charges, invoices and settlements of a service company",
    "author": "Service Suite",
    "license": "LGPL-3",
    "category": "Services/Field Service",
    # account_payment installs itself wherever account is; named, so that its methods are ours to
    # extend.
    "depends": ["service_contract", "account", "account_payment"],
    "data": [
        "security/service_billing_groups.xml",
        "security/ir.model.access.csv",
        "security/service_billing_security.xml",
        "data/mail_template_data.xml",
        "data/service_contract_type_data.xml",
        "report/service_settlement_templates.xml",
        "views/service_charge_views.xml",
        "views/account_move_views.xml",
        "views/account_portal_templates.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        "views/service_contract_views.xml",
        "views/service_device_views.xml",
        "views/service_billing_menus.xml",
    ],
    "demo": ["demo/service_billing_demo.xml"],
}

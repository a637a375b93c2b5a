{
    "name": "Poland - Service",
    "summary": "Polish public holidays in the working hours of Polish companies",
    "version": "19.0.1.0.0",
    "author": "Service Suite",
    "license": "LGPL-3",
    "category": "Accounting/Localizations",
    "depends": ["l10n_pl_edi", "service_customer"],
    "external_dependencies": {"python": ["holidays"]},
    "data": ["data/ir_cron_data.xml", "views/resource_calendar_views.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}

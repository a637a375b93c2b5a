def post_init_hook(env):
    """Make the warehouse ready for devices.

    Devices are serial numbers, and they stand in more than one place: both settings of the
    inventory app are switched on as an administrator would. Every company that exists already gets
    its location for devices at customers.
    """
    env["res.config.settings"].create(
        {"group_stock_production_lot": True, "group_stock_multi_locations": True}
    ).execute()
    env["res.company"].search([])._create_service_customer_devices_location()

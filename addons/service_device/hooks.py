def post_init_hook(env):
    """Give every company that exists already its location for devices at customers."""
    env["res.company"].search([])._create_service_customer_devices_location()

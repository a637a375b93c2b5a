def post_init_hook(env):
    """Give companies that existed before this addon the location that used parts go to."""
    env["res.company"].search([])._create_service_consumption_location()

def post_init_hook(env):
    """Enter the holidays of companies that are there already."""
    env["resource.calendar"]._cron_l10n_pl_holidays()

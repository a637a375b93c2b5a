from .tools.facts import release_facts


def uninstall_hook(env):
    """What guards the facts goes with them."""
    release_facts(env.cr)

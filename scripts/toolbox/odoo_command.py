"""``scripts/odoo …``: Odoo's own command line with the project's configuration."""


def main(arguments: list[str], env) -> int:
    """Pass everything on; Ctrl-C reaches Odoo itself."""
    env.config  # noqa: B018  written before Odoo reads it
    return env.stay([*env.odoo_program, *arguments])

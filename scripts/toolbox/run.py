"""``scripts/run``: set up what is missing, create the database, serve it."""

import argparse
import secrets

from . import databases, machine
from .say import Refusal

LOGINS = [
    ("Administrator", "admin", "admin"),
    ("Kierownik serwisu", "kierownik", "demo"),
    ("Dyspozytor", "dyspozytor", "demo"),
    ("Serwisant", "serwisant", "demo"),
    ("Magazyn", "magazyn", "demo"),
    ("Księgowość", "ksiegowosc", "demo"),
    ("Klient: osoba decyzyjna", "anna.kierownik@odra.example", "demo"),
    ("Klient: użytkownik", "piotr.nowak@odra.example", "demo"),
    ("Klient: kontakt księgowy", "ksiegowosc@odra.example", "demo"),
]


def main(arguments: list[str], env) -> int:
    """Serve until Ctrl-C, or end after set-up with ``--init-only``."""
    options = _parse(arguments)
    if not options.init_only:
        machine.check_port(options.port)
    name = options.database or ("service" if options.no_demo else "service_demo")
    if not machine.shutil.which("wkhtmltopdf"):
        machine.install(["wkhtmltopdf", "fonts-dejavu-core"], "Printing invoices", optional=True)
    _prepare(env, name, options)
    if options.init_only:
        print(f"The database {name} is ready. Start with: scripts/run{_same(options)}")
        return 0
    _greet(name, options)
    return _serve(env, name, options)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/run", description="Set up what is missing, create the database, serve it."
    )
    parser.add_argument("--port", type=int, default=8069, help="port of the web server (8069)")
    parser.add_argument(
        "--database", help="name of the database (service_demo; service without demo)"
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="an empty company instead of the demo"
    )
    parser.add_argument(
        "--workers", type=int, default=0, help="server processes (0: one, threaded)"
    )
    parser.add_argument("--init-only", action="store_true", help="set up, create, and end")
    return parser.parse_args(arguments)


def _prepare(env, name: str, options: argparse.Namespace) -> None:
    if name in env.databases():
        databases.upgrade(env, name)
    else:
        template = databases.suite(env) if options.no_demo else databases.demo(env)
        env.create_database(name, template)
        # A copy is a database of its own: sessions and links of another one must not fit.
        _set_parameter(env, name, "database.secret", secrets.token_hex(32))
    # Reports are rendered by a program that fetches their pictures from this server.
    _set_parameter(env, name, "report.url", f"http://127.0.0.1:{options.port}")


def _set_parameter(env, database: str, key: str, value: str) -> None:
    env.server.query(
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}') "
        f"ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        database,
    )


def _greet(name: str, options: argparse.Namespace) -> None:
    print(f"\n  http://localhost:{options.port}   (database {name}, stop with Ctrl-C)\n")
    logins = LOGINS[:1] if options.no_demo else LOGINS
    for role, login, password in logins:
        print(f"  {role:26} {login:30} {password}")
    print(flush=True)


def _serve(env, name: str, options: argparse.Namespace) -> int:
    command = [
        f"--database={name}",
        f"--db-filter=^{name}$",
        f"--http-port={options.port}",
        f"--workers={options.workers}",
        "--max-cron-threads=1",
    ]
    if options.workers:
        command.append(f"--gevent-port={machine.free_port()}")
    done = env.odoo(*command, check=False)
    if done.returncode > 0:
        raise Refusal("Odoo ended with an error: its last lines above say why.")
    return 0


def _same(options: argparse.Namespace) -> str:
    words = [f" --port {options.port}"] if options.port != 8069 else []
    words += [" --no-demo"] if options.no_demo else []
    words += [f" --database {options.database}"] if options.database else []
    return "".join(words)

"""``scripts/run``: set up what is missing, create the database, serve it."""

import argparse
import re
import secrets

from . import databases, machine
from .say import Refusal

# With --workers the websocket has a port of its own, this much above the web server's.
WEBSOCKET = 3
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
    ("… firmy z Subiektem", "skarbnik@jaworow.example", "demo"),
]


def main(arguments: list[str], env) -> int:
    """Serve until Ctrl-C, or end after set-up with ``--init-only``."""
    options = _parse(arguments)
    if not options.init_only:
        machine.check_port(options.port)
        if options.workers:
            machine.check_port(options.port + WEBSOCKET)
    name = options.database or ("service" if options.no_demo else "service_demo")
    _prepare(env, name, options)
    machine.prepare_printing()
    if options.init_only:
        print(f"The database {name} is ready. Start with: scripts/run{_same(options)}")
        return 0
    _greet(name, options)
    return _serve(env, name, options)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/run", description="Set up what is missing, create the database, serve it."
    )
    parser.add_argument(
        "--port", type=_port, default=8069, metavar="N", help="port of the web server (8069)"
    )
    parser.add_argument(
        "--database",
        type=_database,
        metavar="NAME",
        help="name of the database (service_demo; service without demo)",
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="an empty company instead of the demo"
    )
    parser.add_argument(
        "--workers",
        type=_count,
        default=0,
        metavar="N",
        help="server processes (0: one, threaded; more need a proxy for /websocket)",
    )
    parser.add_argument("--init-only", action="store_true", help="set up, create, and end")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    last = 65535 - WEBSOCKET
    if not text.isdecimal() or not 0 < int(text) <= last:
        raise argparse.ArgumentTypeError(f"{text} is no port: choose a number from 1 to {last}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of processes: choose 0, 1, 2 …")
    return int(text)


def _database(text: str) -> str:
    # Neither PostgreSQL's own databases nor those that the commands make and remove.
    taken = text in {"postgres", "template0", "template1"} or databases.LAYER.fullmatch(text)
    if taken or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}", text):
        raise argparse.ArgumentTypeError(
            f"{text} cannot name a database: choose up to 50 of the letters A to z, digits and _.-"
        )
    return text


def _prepare(env, name: str, options: argparse.Namespace) -> None:
    if name in env.databases():
        databases.upgrade(env, name)
    else:
        template = databases.suite(env) if options.no_demo else databases.demo(env)
        with databases.building(env, name, template) as working:
            # A copy is a database of its own: sessions and links of another one must not fit.
            databases.set_parameter(env, working, "database.secret", secrets.token_hex(32))
            databases.note_files(env, working)
    # Reports are rendered by a program that fetches their pictures from this server.
    databases.set_parameter(env, name, "report.url", f"http://127.0.0.1:{options.port}")


def _greet(name: str, options: argparse.Namespace) -> None:
    print(f"\n  http://localhost:{options.port}   (database {name}, stop with Ctrl-C)\n")
    logins = LOGINS[:1] if options.no_demo else LOGINS
    for role, login, password in logins:
        print(f"  {role:26} {login:30} {password}")
    if options.workers:
        port = options.port + WEBSOCKET
        print(f"\n  For live messages a proxy must lead /websocket to port {port}.")
    print(flush=True)


def _serve(env, name: str, options: argparse.Namespace) -> int:
    command = [
        f"--database={name}",
        f"--db-filter=^{re.escape(name)}$",
        f"--http-port={options.port}",
        f"--workers={options.workers}",
        "--max-cron-threads=1",
    ]
    if options.workers:
        command.append(f"--gevent-port={options.port + WEBSOCKET}")
    if env.stay([*env.odoo_program, *command]) > 0:
        raise Refusal("Odoo ended with an error: its last lines above say why.")
    return 0


def _same(options: argparse.Namespace) -> str:
    words = [f" --port {options.port}"] if options.port != 8069 else []
    words += [" --no-demo"] if options.no_demo else []
    words += [f" --database {options.database}"] if options.database else []
    words += [f" --workers {options.workers}"] if options.workers else []
    return "".join(words)

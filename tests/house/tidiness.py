"""The repository as a whole: what it must hold and what must never get into it."""

import re
import subprocess

GENERATED = re.compile(
    r"\.(pyc|pyo|log|dump|sql\.gz|orig|rej|swp|bak)$|(^|/)(node_modules|__pycache__|\.local)/"
)
TEXT = {
    *(".cfg", ".conf", ".css", ".csv", ".ini", ".js", ".json", ".md", ".mjs", ".po", ".py"),
    *(".rst", ".scss", ".sh", ".svg", ".toml", ".txt", ".xml", ".yaml", ".yml", ""),
}
# Written in pieces, so that this file does not mention what it forbids.
FOLDERS = re.compile(r"(?<![\w/.~-])/(?:wo" + "rk|ro" + "ot)(?=/|[\"'`\\s]|$)")
HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("deb", "debian", "org"),
            ("security", "debian", "org"),
            ("registry", "npmjs", "org"),
        )
    )
)
NEEDED = (
    *("LICENSE", "README.md", "pyproject.toml", ".pre-commit-config.yaml", ".ci/run"),
    *("requirements.txt", "requirements-dev.txt", "odoo.conf", "Dockerfile", "docker-compose.yml"),
    *("scripts/run", "scripts/test", "scripts/odoo", "scripts/lint", "scripts/bench"),
)


def repository_files(root):
    """Files of the repository: what git tracks or would add; without git all but hidden folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        paths = (path.relative_to(root) for path in root.rglob("*"))
        names = [str(path) for path in paths if not re.match(r"\.(git|local)$", path.parts[0])]
    else:
        names = listed.stdout.decode().split("\0")
    return [root / name for name in sorted(filter(None, names)) if (root / name).is_file()]


def check_needed(root):
    """The files that every reader, tool and command looks for are there."""
    for name in NEEDED:
        if not (root / name).is_file():
            yield f"{name} is missing"
    license_file = root / "LICENSE"
    if license_file.is_file():
        text = " ".join(license_file.read_text(encoding="utf-8").split())
        if "GNU LESSER GENERAL PUBLIC LICENSE Version 3" not in text:
            yield "LICENSE is not the text of the LGPL, version 3"


def check_generated(root):
    """Nothing that a program makes is kept."""
    for path in repository_files(root):
        name = str(path.relative_to(root))
        if GENERATED.search(name):
            yield f"{name} is generated; do not commit it"


def check_mentions(root):
    """No file names a folder of one machine or the host of a package registry."""
    for path in repository_files(root):
        if path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for line, content in enumerate(text.splitlines(), start=1):
            for pattern in (FOLDERS, HOSTS):
                if match := pattern.search(content):
                    yield f"{path.relative_to(root)}:{line}: mentions {match[0]}"

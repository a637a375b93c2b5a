# Sourced by every command of scripts/: finds a Python from 3.11 to 3.13 that can make
# virtual environments (installs Debian's when there is none) and hands over to the toolbox.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in "${SERVICE_PYTHON:-}" /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null && fits "$candidate" && echo "$candidate" && return
    done
    return 1
}

if [ -n "${SERVICE_PYTHON:-}" ] && ! fits "$SERVICE_PYTHON"; then
    echo "✗ SERVICE_PYTHON names $SERVICE_PYTHON, which is not a Python 3.11, 3.12 or 3.13 with its venv module: name one that is, or unset it." >&2
    exit 1
fi
if ! python="$(find_python)"; then
    if ! command -v apt-get >/dev/null; then
        echo "✗ Python 3.11, 3.12 or 3.13 with its venv module is needed. Install it and run this again." >&2
        exit 1
    fi
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "✗ Python is missing: run “apt-get install python3 python3-venv” as root, or install sudo." >&2; exit 1; }
        as_root=sudo
    fi
    echo "• Installing Python …"
    { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends python3 python3-venv ca-certificates; } >/dev/null ||
        { echo "✗ Python could not be installed: see the lines above, mend the package sources and run this again." >&2; exit 1; }
    python="$(find_python)" || { echo "✗ This system's Python is not 3.11, 3.12 or 3.13. Name one that is in SERVICE_PYTHON." >&2; exit 1; }
fi
PYTHONPATH="$here/.." PYTHONDONTWRITEBYTECODE=1 exec "$python" -m toolbox "$@"

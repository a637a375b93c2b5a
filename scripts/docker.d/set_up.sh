#!/usr/bin/env bash
# Create the company's database with the suite in it, if it is not there yet; harmless again.
set -euo pipefail
database="${1:?name of the database}"
if ! psql --dbname="$database" --command="SELECT 1" > /dev/null 2>&1; then
    odoo db init "$database" --country PL
fi
# Only what is not installed is installed: later starts pass here in seconds.
exec odoo --database="$database" --init=l10n_pl,service_suite --load-language=pl_PL \
    --stop-after-init --no-http

# Odoo's official image with the suite in it; docker-compose.yml starts it with its database.
FROM odoo:19.0

USER root
COPY requirements.txt scripts/docker.d /opt/service/
COPY addons /opt/service/addons
COPY odoo.conf /etc/odoo/odoo.conf

# What WeasyPrint loads, and the fonts of our documents.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

# The image brings Odoo's own needs as packages of its system; from requirements.txt comes only
# what an addon asks for beyond them. The test files of the addons are of no use here.
RUN python3 /opt/service/missing_requirements.py /opt/service/addons /opt/service/requirements.txt \
        > /tmp/missing.txt \
    && { [ ! -s /tmp/missing.txt ] \
        || pip3 install --no-cache-dir --break-system-packages --requirement /tmp/missing.txt; } \
    && rm -rf /tmp/missing.txt /opt/service/addons/*/tests \
    && printf 'addons_path = /opt/service/addons\ndata_dir = /var/lib/odoo\n' >> /etc/odoo/odoo.conf \
    && chown -R odoo /etc/odoo/odoo.conf \
    && chmod -R a+rX /opt/service

USER odoo

"""The container files, as far as they can be judged without a container engine."""

import importlib.util
import json
import re
import runpy
from pathlib import Path

import jsonschema
import pytest
import yaml

from house.sources import ROOT
from toolbox import machine

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
HELPER = runpy.run_path(str(ROOT / "scripts" / "docker.d" / "missing_requirements.py"))


def test_compose_follows_the_specification():
    """docker-compose.yml is valid by the JSON schema of the Compose Specification."""
    spec = importlib.util.find_spec("check_jsonschema")
    if not spec:
        pytest.skip("check-jsonschema, which carries the schema, is not installed")
    schema = Path(spec.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"db": {"imag": "x"}}}, json.loads(schema.read_text()))


def test_compose_starts_in_order():
    """Odoo starts after the database is healthy and set up, from our image, with its data kept."""
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    assert services["db"]["image"] == "postgres:17"
    assert services["db"]["command"][-1] == "jit=off"
    assert "healthcheck" in services["db"] and "healthcheck" in services["odoo"]
    conditions = {name: need["condition"] for name, need in services["odoo"]["depends_on"].items()}
    assert conditions == {"db": "service_healthy", "setup": "service_completed_successfully"}
    for service in services.values():
        for mount in service["volumes"]:
            assert mount.split(":")[0] in volumes
    assert services["odoo"]["build"] == services["setup"]["build"] == "."


def test_no_password_is_written_down():
    """The database's password has no default: without one compose refuses in words."""
    text = (ROOT / "docker-compose.yml").read_text()
    values = re.findall(r"PASSWORD: (.+)", text)
    assert values and all(value.startswith("${POSTGRES_PASSWORD:?") for value in values)


def test_dockerfile_copies_what_exists():
    """Every source of a COPY is in the repository and not kept from the builder."""
    assert DOCKERFILE.count("FROM odoo:19.0") == 1
    kept = (ROOT / ".dockerignore").read_text().split()
    copies = re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
    sources = [name for line in copies for name in line.split()[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in kept


def test_image_can_print():
    """The libraries of WeasyPrint and the fonts are the ones that the set-up installs elsewhere."""
    assert set(machine.PAPER) < set(DOCKERFILE.split())


def test_missing_requirements_are_pinned(tmp_path):
    """What the image lacks is taken in the version of requirements.txt; what it has is left."""
    addon = tmp_path / "sample"
    addon.mkdir()
    manifest = {"external_dependencies": {"python": ["pytest", "no_such-thing", "nor.this>=2"]}}
    (addon / "__manifest__.py").write_text(repr(manifest))
    needed = HELPER["needed"](tmp_path)
    found = list(HELPER["missing"](needed, ["No-Such.Thing==1.5  # why", "pytest==1.0"]))
    assert sorted(found) == ["No-Such.Thing==1.5  # why", "nor.this>=2"]

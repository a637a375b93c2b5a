"""Damaged files from Subiekt, imported into Odoo."""

import pytest
from hypothesis import given, settings, strategies as st

from odoo.tools import SQL

from .epp_input import EXPORT, mutated, mutated_value
from .scene import undone

#: What an import may change; exchanges themselves tell of each attempt.
TABLES = ["res_partner", "res_partner_category", "product_product", "product_template"]
TABLES += ["product_category", "product_pricelist", "product_pricelist_item", "subiekt_binding"]


@pytest.fixture(scope="module")
def backend(inside):
    """A connection that has taken over the export once."""
    backend = inside["subiekt.backend"].create({"company_id": inside.company.id})
    assert backend._import_epp(EXPORT, "export.epp").state == "done"
    inside.flush_all()
    return backend


def held(env) -> list:
    """Checksum of each table that an import may change."""
    env.flush_all()
    return [
        env.execute_query(
            SQL(
                "SELECT count(*), md5(string_agg((to_jsonb(t) - ARRAY['write_date'])::text, '' "
                "ORDER BY id)) FROM %s t",
                SQL.identifier(table),
            )
        )
        for table in TABLES
    ]


@pytest.fixture(scope="module")
def before(inside, backend):
    """What there was before the examples."""
    return held(inside)


@settings(max_examples=200)
@given(data=st.one_of(mutated(), mutated_value(), mutated_value()))
def test_imported_or_refused(data, backend, before):
    """A damaged file is refused in a sentence and changes nothing, or it is taken over so that
    importing it again changes nothing more."""
    with undone(backend.env):
        exchange = backend._import_epp(data, "damaged.epp")
        assert exchange.state in ("done", "refused")
        if exchange.state == "refused":
            assert exchange.error.strip().endswith(".")
            assert held(backend.env) == before
        else:
            after = held(backend.env)
            again = backend._import_epp(data, "damaged.epp")
            assert (again.state, again.created_count, again.updated_count) == ("done", 0, 0)
            assert held(backend.env) == after

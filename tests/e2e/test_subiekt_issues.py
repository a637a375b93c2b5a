"""The second demo company, whose invoices Subiekt issues: out as a settlement, back as a number."""

import base64
import importlib.util
import sys

from test_story import call, import_file, settled

from house.sources import ROOT


def load_epp():
    """The EPP package by its folder, without Odoo."""
    folder = ROOT / "addons/connector_subiekt/epp"
    spec = importlib.util.spec_from_file_location(
        "subiekt_epp_e2e", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def demo_id(company, name):
    """Id of a record of the second company's demo."""
    return int(
        company.query(
            f"SELECT res_id FROM ir_model_data WHERE module = 'service_suite' AND name = '{name}'"
        )
    )


def test_settlement_goes_out_and_its_number_comes_back(company, open_as):
    """What leaves is no invoice; the file that comes back carries Subiekt's number."""
    epp = load_epp()
    page = open_as("admin", "admin")
    here = demo_id(company, "demo_company_legnica")
    page.context.add_cookies([{"name": "cids", "value": str(here), "url": company.address}])
    context = {"allowed_company_ids": [here], "lang": "pl_PL"}
    order = demo_id(company, "demo_order_starostwo")
    call(page, "service.order", "action_settle", [order], context=context)
    call(page, "service.order", "action_bill", [order], context=context)
    [move] = call(
        page,
        "account.move",
        "search",
        [("line_ids.service_charge_ids.service_order_id", "=", order)],
        context=context,
    )
    call(page, "account.move", "action_post", [move], context=context)
    page.goto(f"/odoo/service-settlements/{move}")
    settled(page)
    page.picture("settlement-waiting")
    assert company.query(f"SELECT service_issue_state FROM account_move WHERE id = {move}") == (
        "waiting"
    )

    [sent] = call(
        page,
        "subiekt.exchange",
        "search_read",
        [("res_model", "=", "account.move"), ("res_id", "=", move)],
        ["file", "state"],
        context=context,
    )
    assert sent["state"] == "waiting"
    raw = base64.b64decode(sent["file"])
    raw.decode("cp1250")
    assert raw.startswith(b"[INFO]\r\n") and raw.endswith(b"\r\n")
    back = epp.read(raw)
    [document] = back.trade_documents
    assert document.header.doc_type == "FS"
    assert f"service.settlement/{move}" in document.header.notes

    document.header.status, document.header.full_number = 1, "77/2026"
    import_file(page, epp.write(back), "back.epp")
    page.goto(f"/odoo/service-settlements/{move}")
    settled(page)
    page.picture("settlement-issued")
    row = company.query(
        "SELECT name, service_external_number, service_issue_state"
        f" FROM account_move WHERE id = {move}"
    )
    name, number, state = row.split("|")
    assert (number, state) == ("FS 77/2026", "issued")
    assert name.startswith("ROZ/"), "Odoo's own number stays"

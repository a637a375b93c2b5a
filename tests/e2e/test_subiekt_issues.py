"""The second demo company, whose invoices Subiekt issues: out as a settlement, back as a number."""

from test_story import last_exchange

from epp_package import epp

TREASURER = "skarbnik@jaworow.example"


def demo_id(company, name):
    """Id of a record of the second company's demo."""
    return int(
        company.query(
            f"SELECT res_id FROM ir_model_data WHERE module = 'service_suite' AND name = '{name}'"
        )
    )


def treasurer_sees(company, open_as, number):
    """Whether the customer's accounting contact finds a number in the panel's list."""
    treasurer = open_as(TREASURER, width=360)
    treasurer.page.goto("/my/invoices")
    treasurer.picture("settlements-of-the-customer-360")
    return number in treasurer.page.inner_text("body")


def test_settlement_goes_out_and_its_number_comes_back(company, open_as):
    """What leaves is no invoice; the file that comes back carries Subiekt's number."""
    accountant = open_as("ksiegowosc")
    accountant.page.context.add_cookies(
        [
            {
                "name": "cids",
                "value": str(demo_id(company, "demo_company_legnica")),
                "url": company.address,
            }
        ]
    )
    order = demo_id(company, "demo_order_starostwo")
    accountant.open(f"service-orders/{order}")
    accountant.press("action_settle")
    accountant.picture("settlement-not-agreed")
    accountant.fill("reason", "Zlecenie nr 7/2026, koszt uzgodniony.")
    accountant.press("action_settle")
    accountant.press("action_bill")
    accountant.picture("settlement-draft")
    accountant.press("action_post")
    accountant.picture("settlement-waiting")
    move, state, journal = company.query(
        "SELECT DISTINCT m.id, m.service_issue_state, j.code FROM account_move m"
        " JOIN account_journal j ON j.id = m.journal_id JOIN service_charge c ON c.move_id = m.id"
        f" WHERE c.service_order_id = {order}"
    ).split("|")
    assert (state, journal) == ("waiting", "ROZ")

    accountant.press("action_open_subiekt_exchange")
    raw = accountant.download("file")
    raw.decode("cp1250")
    assert raw.startswith(b"[INFO]\r\n") and raw.endswith(b"\r\n")
    back = epp.read(raw)
    [document] = back.trade_documents
    assert document.header.doc_type == "FS"
    assert f"service.settlement/{move}" in document.header.notes
    assert not treasurer_sees(company, open_as, "77/2026")

    document.header.status, document.header.full_number = 1, "77/2026"
    accountant.import_file(epp.write(back), "back.epp")
    assert last_exchange(company)[:2] == ("done", "")
    accountant.open(f"service-settlements/{move}")
    accountant.picture("settlement-issued")
    name, number, state = company.query(
        "SELECT name, service_external_number, service_issue_state"
        f" FROM account_move WHERE id = {move}"
    ).split("|")
    assert (number, state) == ("FS 77/2026", "issued")
    assert name.startswith("ROZ/"), "Odoo's own number stays"
    assert treasurer_sees(company, open_as, "FS 77/2026")

"""The main story of the demo company, walked in a real browser, each person under the own login.

Clicks where a person clicks; where a form would only be filled in at length (the technician's
lines and counters), the same calls go out from that person's own session, with the own rights.
"""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from house.sources import ROOT

SAMPLES = ROOT.parent / "shared/subiekt/samples"
FIXTURE = ROOT / "addons/connector_subiekt/demo/subiekt_gt_export.epp"
USER, ACCOUNTING = "piotr.nowak@odra.example", "ksiegowosc@odra.example"
PHONE = 360


def call(page, model, method, *args, **kwargs):
    """Call a method of a model with the rights of who is logged in on this page."""
    answer = page.request.post(
        f"/web/dataset/call_kw/{model}/{method}",
        data={
            "jsonrpc": "2.0",
            "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
        },
    ).json()
    assert "error" not in answer, answer["error"]["data"]["message"]
    return answer.get("result")


def click(page, name):
    """Press the button of a form and wait until the server has done it."""
    with page.expect_response(re.compile("/call_button/")) as answer:
        page.locator(f"button[name={name}]:visible").first.click()
    assert "error" not in answer.value.json(), answer.value.json()["error"]["data"]["message"]
    settled(page)


def settled(page):
    """Wait until the web client has nothing more to load."""
    page.wait_for_timeout(600)
    expect(page.locator(".o_loading_indicator")).to_have_count(0)


def import_file(page, content, name="export.epp"):
    """Import a file from Subiekt as the person on this page does; its exchange is shown."""
    page.goto("/odoo/action-connector_subiekt.subiekt_import_action")
    page.set_input_files(
        ".o_dialog input[type=file], .o_form_view input[type=file]",
        {"name": name, "mimeType": "application/octet-stream", "buffer": content},
    )
    expect(page.locator(".o_field_binary input, .o_field_binary a").first).to_be_visible()
    click(page, "action_import")
    expect(
        page.locator(".o_statusbar_status:visible, .o_arrow_button_current").first
    ).to_be_visible()


@pytest.fixture
def leased(company):
    """The copier under a lease: its id."""
    return int(
        company.query(
            "SELECT res_id FROM ir_model_data"
            " WHERE module = 'service_device' AND name = 'demo_device_odra_lease'"
        )
    )


def last_exchange(company):
    """State, error and counts of the newest inbound exchange."""
    row = company.query(
        "SELECT state, replace(coalesce(error, ''), E'\\n', ' '),"
        " coalesce(created_count, 0), coalesce(updated_count, 0), coalesce(unchanged_count, 0)"
        " FROM subiekt_exchange WHERE direction = 'in' ORDER BY id DESC LIMIT 1"
    )
    state, error, *counts = row.split("|")
    return state, error, [int(count) for count in counts]


def test_files_of_subiekt(company, open_as):
    """A known file changes nothing and says so; a damaged one is refused as a whole."""
    page = open_as("admin", "admin")
    import_file(page, FIXTURE.read_bytes())
    page.picture("subiekt-imported-again")
    state, error, (created, updated, unchanged) = last_exchange(company)
    assert (state, error, created, updated) == ("done", "", 0, 0)
    assert unchanged > 30

    before = company.query("SELECT count(*) FROM res_partner")
    damaged = FIXTURE.read_bytes().replace(b'"TOWARY"\r\n', b'"TOWARY\r\n', 1)
    import_file(page, damaged, "damaged.epp")
    page.picture("subiekt-refused")
    line = damaged[: damaged.index(b'"TOWARY\r\n')].count(b"\n") + 1
    state, error, _counts = last_exchange(company)
    assert state == "refused"
    assert str(line) in error
    assert company.query("SELECT count(*) FROM res_partner") == before


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the genuine files are not here")
def test_genuine_file_of_subiekt(company, open_as):
    """A genuine export of Subiekt GT: its partner and products appear, Polish letters intact."""
    page = open_as("admin", "admin")
    genuine = next(SAMPLES.glob("*CRLF*.epp")).read_bytes()
    import_file(page, genuine, "genuine.epp")
    state, error, (created, _updated, _unchanged) = last_exchange(company)
    assert (state, error) == ("done", "")
    assert created > 10
    street = "SELECT street FROM res_partner WHERE name = 'Drogeria ODEON' AND is_company"
    assert "Bałtycka" in company.query(street)


def test_from_report_to_invoice(company, open_as, leased, tmp_path):
    """A fault under a lease: the visit is free, the part that the customer broke is not."""
    order = report_fault(company, open_as, leased)
    visit = plan_visit(company, open_as, order)
    work(open_as, order, visit)
    invoice = settle(company, open_as, order)
    see_invoice(open_as, invoice)
    see_history(open_as, leased)


def report_fault(company, open_as, device):
    """The customer's user reports a fault with a photo, on a telephone."""
    page = open_as(USER, width=PHONE)
    page.goto(f"/my/devices/{device}/report")
    page.picture("report-form-360")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, "scrolls sideways"
    page.locator("label:has(input[name=topic_id]), input[name=topic_id]").first.click()
    page.fill("textarea[name=description]", "Szyba skanera pękła po upadku segregatora.")
    photo = Path(ROOT / "addons/service_suite/static/description/icon.png")
    page.set_input_files("input[name=photos]", photo)
    page.locator("form.o_service_report button[type=submit]").click()
    page.wait_for_url(re.compile(r"/my/service/\d+"))
    page.picture("reported-360")
    order = int(re.search(r"/my/service/(\d+)", page.url).group(1))
    photos = company.query(
        "SELECT count(*) FROM ir_attachment"
        f" WHERE res_model = 'service.order' AND res_id = {order} AND mimetype LIKE 'image/%'"
    )
    assert photos == "1"
    page.goto(f"/my/devices/{device}")
    page.picture("device-with-open-order-360")
    number = company.query(f"SELECT name FROM service_order WHERE id = {order}")
    expect(page.locator("body")).to_contain_text(number)
    return order


def plan_visit(company, open_as, order):
    """The dispatcher finds an activity, accepts, and plans; the customer is told by e-mail."""
    page = open_as("dyspozytor")
    waiting = call(
        page,
        "mail.activity",
        "search_count",
        [("res_model", "=", "service.order"), ("res_id", "=", order)],
    )
    assert waiting, "nobody was told of the new request"
    page.goto(f"/odoo/service-orders/{order}")
    click(page, "action_accept")
    page.picture("order-accepted")
    click(page, "action_plan")
    page.picture("plan-visit")
    dialog = page.locator(".modal:visible")
    technician = dialog.locator("div[name=technician_id] input")
    technician.click()
    technician.fill("Marek")
    page.locator(".o-autocomplete--dropdown-item", has_text="Marek").first.click()
    start = dialog.locator("[name=date_start] input").first
    if not start.count() or not start.input_value():
        dialog.locator("[name=date_start]").first.click()
        start = dialog.locator("[name=date_start] input").first
        start.fill("30.11.2026 09:00:00")
        start.press("Tab")
    dialog.locator("footer button.btn-primary:visible").first.click()
    expect(dialog).to_have_count(0)
    settled(page)
    page.picture("order-planned")
    visit = call(page, "service.visit", "search", [("order_id", "=", order)])[0]
    number = company.query(f"SELECT name FROM service_order WHERE id = {order}")
    mails = [text for text in company.postman.to(USER) if number in text]
    assert mails, "the customer got no e-mail"
    assert any("wizyt" in text.lower() for text in mails)

    customer = open_as(USER, width=PHONE)
    customer.goto(f"/my/service/{order}")
    customer.picture("order-planned-360")
    expect(customer.locator("body")).to_contain_text("Marek")
    return visit


def work(open_as, order, visit):
    """The technician records work, a broken part, the counters; the customer signs."""
    page = open_as("serwisant", width=PHONE)
    page.goto(f"/odoo/my-service-visits/{visit}")
    page.picture("visit-360")
    click(page, "action_start")
    [part] = call(page, "product.product", "search", [("default_code", "=", "A9310FUS")])
    signature = ROOT / "addons/service_order/demo/signature.png"
    values = {
        "work_minutes": 60,
        "description": "Wymieniono zespół utrwalający, wydruk próbny poprawny.",
        "signed_by": "Piotr Nowak",
        "signature": base64.b64encode(signature.read_bytes()).decode(),
        "line_ids": [
            (
                0,
                0,
                {
                    "order_id": order,
                    "kind": "part",
                    "product_id": part,
                    "quantity": 1,
                    "customer_fault": True,
                },
            )
        ],
    }
    call(page, "service.visit", "write", [visit], values)
    [read] = call(page, "service.visit", "read", [visit], ["device_id"])
    meters = call(
        page,
        "service.meter",
        "search_read",
        [("device_id", "=", read["device_id"][0])],
        ["counter_value"],
    )
    lines = [(0, 0, {"meter_id": m["id"], "value": m["counter_value"] + 900}) for m in meters]
    entry = call(
        page,
        "service.meter.entry",
        "create",
        {"device_id": read["device_id"][0], "visit_id": visit, "line_ids": lines},
    )
    call(page, "service.meter.entry", "action_take", [entry])
    page.reload()
    settled(page)
    page.picture("visit-signed-360")
    click(page, "action_finish")
    page.picture("visit-finished-360")
    [done] = call(page, "service.visit", "read", [visit], ["state", "signed_on"])
    assert done["state"] == "done" and done["signed_on"]


def settle(company, open_as, order):
    """Accounting settles: only the broken part is payable, at the contract's price."""
    page = open_as("ksiegowosc")
    page.goto(f"/odoo/service-orders/{order}")
    click(page, "action_settle")
    charges = call(
        page,
        "service.charge",
        "search_read",
        [("service_order_id", "=", order)],
        ["name", "state", "amount", "reason", "kind"],
    )
    payable = [charge for charge in charges if charge["state"] == "to_bill"]
    assert [charge["kind"] for charge in payable] == ["part"]
    assert "wina klienta" in payable[0]["reason"]
    assert {charge["state"] for charge in charges if charge not in payable} == {"covered"}
    page.reload()
    settled(page)
    page.picture("order-settled")
    click(page, "action_bill")
    page.picture("invoice-draft")
    [invoice] = call(
        page,
        "account.move",
        "search_read",
        [("line_ids.service_charge_ids", "in", [payable[0]["id"]])],
        ["amount_untaxed", "invoice_line_ids"],
    )
    assert invoice["amount_untaxed"] == payable[0]["amount"]
    assert len(invoice["invoice_line_ids"]) == 1
    click(page, "action_post")
    page.picture("invoice-posted")
    state = company.query(f"SELECT state FROM account_move WHERE id = {invoice['id']}")
    assert state == "posted"
    return invoice["id"]


def see_invoice(open_as, invoice):
    """The accounting contact finds it in the panel; the regular user does not, by any address."""
    page = open_as(ACCOUNTING, width=PHONE)
    page.goto(f"/my/invoices/{invoice}")
    page.picture("invoice-360")
    assert f"/my/invoices/{invoice}" in page.url
    stranger = open_as(USER)
    for address in (
        f"/my/invoices/{invoice}",
        f"/my/invoices/{invoice}?report_type=pdf&download=true",
    ):
        answer = stranger.request.get(address)
        assert f"/my/invoices/{invoice}" not in answer.url or answer.status in (403, 404)


def see_history(open_as, device):
    """All of it is on the device's history, newest first."""
    page = open_as("kierownik")
    events = call(
        page,
        "service.device.event",
        "search_read",
        [("device_id", "=", device)],
        ["date", "kind"],
    )
    dates = [event["date"] for event in events]
    assert dates == sorted(dates, reverse=True)
    kinds = {event["kind"] for event in events}
    assert {"placement", "reading", "order", "visit", "part", "invoice"} <= kinds
    page.goto(f"/odoo/service-devices/{device}")
    settled(page)
    page.picture("device")

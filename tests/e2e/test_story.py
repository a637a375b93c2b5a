"""The main story of the demo company, walked by clicks, each person under the own login.

What the story left behind is asked of the database; nothing is done there.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from house.sources import ROOT

SAMPLES = ROOT.parent / "shared/subiekt/samples"
FIXTURE = ROOT / "addons/connector_subiekt/demo/subiekt_gt_export.epp"
USER, ACCOUNTING = "piotr.nowak@odra.example", "ksiegowosc@odra.example"
DECISION = "anna.kierownik@odra.example"
PHONE = 360
SERIAL, OWN_SERIAL = "AA2J021009876", "AA2J029990001"
LEASE, ALL_IN = "U/2025/0001", "U/2025/0002"
FUSER = "A9310FUS"


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
    clerk = open_as("magazyn")
    clerk.import_file(FIXTURE.read_bytes())
    clerk.picture("subiekt-imported-again")
    state, error, (created, updated, unchanged) = last_exchange(company)
    assert (state, error, created, updated) == ("done", "", 0, 0)
    assert unchanged > 30

    before = company.query("SELECT count(*) FROM res_partner")
    damaged = FIXTURE.read_bytes().replace(b'"TOWARY"\r\n', b'"TOWARY\r\n', 1)
    clerk.import_file(damaged, "damaged.epp")
    clerk.picture("subiekt-refused")
    line = damaged[: damaged.index(b'"TOWARY\r\n')].count(b"\n") + 1
    state, error, _counts = last_exchange(company)
    assert state == "refused"
    assert str(line) in error
    assert company.query("SELECT count(*) FROM res_partner") == before


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the genuine files are not here")
def test_genuine_file_of_subiekt(company, open_as):
    """A genuine export of Subiekt GT: partners, products, price levels; Polish letters intact."""
    clerk = open_as("magazyn")
    clerk.import_file(next(SAMPLES.glob("*CRLF*.epp")).read_bytes(), "genuine.epp")
    state, error, (created, _updated, _unchanged) = last_exchange(company)
    assert (state, error) == ("done", "")
    assert created > 10
    street = "SELECT street FROM res_partner WHERE name = 'Drogeria ODEON' AND is_company"
    assert "Bałtycka" in company.query(street)
    clerk.open("contacts")
    clerk.search("Drogeria ODEON")
    expect(clerk.page.locator(".o_action_manager")).to_contain_text("Drogeria ODEON")
    clerk.picture("genuine-partner")


def test_from_receipt_to_invoice(company, open_as):
    """A fault under a lease: the visit is free, the part that the customer broke is not."""
    device = receive(company, open_as)
    install(company, open_as, device)
    register_own_device(company, open_as)
    order = report_fault(company, open_as, device)
    plan_visit(company, open_as, order)
    visit = work(company, open_as, order)
    assert company.query(f"SELECT state FROM service_visit WHERE id = {visit}") == "done"
    agree(company, open_as, order)
    invoice = settle(company, open_as, order)
    see_invoice(open_as, invoice)
    see_history(open_as, device)


def receive(company, open_as):
    """The clerk receives a copier by its serial number; it becomes a device with a QR code."""
    clerk = open_as("magazyn")
    clerk.open("action-stock.action_picking_tree_incoming/new")
    row = clerk.add_row("move_ids")
    clerk.choose("product_id", "KM-C300I", row)
    clerk.fill("product_uom_qty", "1", row)
    clerk.save()
    clerk.press("action_confirm")
    clerk.press("action_show_details")
    row = clerk.edit_row("move_line_ids", "1,00", "lot_name")
    clerk.fill("lot_name", SERIAL, row)
    clerk.save()
    clerk.press("button_validate")
    clerk.picture("received")
    device, token = company.query(
        f"SELECT id, qr_token FROM service_device WHERE serial = '{SERIAL}'"
    ).split("|")
    clerk.page.goto(f"/service/d/{token}")
    clerk.page.wait_for_url(re.compile(rf"/{device}\b"))
    clerk.rest()
    clerk.picture("received-device-by-qr")
    return int(device)


def install(company, open_as, device):
    """The copier is put at the customer's branch under a lease: a move of ours, no sale."""
    clerk = open_as("magazyn")
    clerk.open(f"service-devices/{device}")
    clerk.press("action_install")
    clerk.choose("customer_id", "Odra Logistyka")
    clerk.choose("location_id", "Piętro 2")
    clerk.choose("contract_id", LEASE)
    for meter, value in (("Czarno-białe", "12"), ("Kolor", "8")):
        clerk.fill("value", value, clerk.edit_row("reading_line_ids", meter, "value"))
    clerk.picture("install")
    clerk.press("action_apply")
    clerk.picture("installed")
    placed = company.query(
        "SELECT l.usage, l.complete_name FROM stock_quant q"
        " JOIN stock_location l ON l.id = q.location_id JOIN stock_lot t ON t.id = q.lot_id"
        f" WHERE t.name = '{SERIAL}' AND q.quantity > 0"
    )
    assert placed.startswith("internal|"), "our device at a customer stays our stock"
    assert "Urządzenia u klientów" in placed
    readings = company.query(
        "SELECT count(*) FROM service_meter_reading r JOIN service_meter m ON m.id = r.meter_id"
        f" WHERE m.device_id = {device} AND r.value IN (12, 8)"
    )
    assert readings == "2"


def register_own_device(company, open_as):
    """The dispatcher registers a device of the customer's own under the all-in contract."""
    dispatcher = open_as("dyspozytor")
    dispatcher.open("service-devices/new")
    dispatcher.choose("model_id", "C300i")
    dispatcher.fill("serial", OWN_SERIAL)
    dispatcher.save()
    dispatcher.press("action_install")
    dispatcher.choose("customer_id", "Odra Logistyka")
    dispatcher.choose("location_id", "Oława")
    dispatcher.select("owner", "Klient")
    dispatcher.choose("contract_id", ALL_IN)
    dispatcher.press("action_apply")
    dispatcher.picture("own-device")
    row = company.query(
        "SELECT d.owner, c.name FROM service_device d"
        " JOIN service_contract_device cd ON cd.device_id = d.id"
        " JOIN service_contract c ON c.id = cd.contract_id"
        f" WHERE d.serial = '{OWN_SERIAL}'"
    )
    assert row == f"customer|{ALL_IN}"


def report_fault(company, open_as, device):
    """The customer's user reports a fault with a photo, on a telephone."""
    person = open_as(USER, width=PHONE)
    page = person.page
    page.goto(f"/my/devices/{device}/report")
    person.picture("report-form-360")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, "scrolls sideways"
    page.locator("label:has(input[name=topic_id]), input[name=topic_id]").first.click()
    page.fill("textarea[name=description]", "Szyba skanera pękła po upadku segregatora.")
    photo = ROOT / "addons/service_suite/static/description/icon.png"
    page.set_input_files("input[name=photos]", photo)
    page.locator("form.o_service_report button[type=submit]").click()
    page.wait_for_url(re.compile(r"/my/service/\d+"))
    person.picture("reported-360")
    order = int(re.search(r"/my/service/(\d+)", page.url).group(1))
    photos = company.query(
        "SELECT count(*) FROM ir_attachment"
        f" WHERE res_model = 'service.order' AND res_id = {order} AND mimetype LIKE 'image/%'"
    )
    assert photos == "1"
    page.goto(f"/my/devices/{device}")
    person.picture("device-with-open-order-360")
    number = company.query(f"SELECT name FROM service_order WHERE id = {order}")
    expect(page.locator("body")).to_contain_text(number)
    return order


def plan_visit(company, open_as, order):
    """The dispatcher finds an activity, accepts, and plans; the customer is told by e-mail."""
    waiting = company.query(
        "SELECT u.login FROM mail_activity a JOIN res_users u ON u.id = a.user_id"
        f" WHERE a.res_model = 'service.order' AND a.res_id = {order}"
    )
    assert waiting, "nobody was told of the new request"
    dispatcher = open_as("dyspozytor")
    dispatcher.open(f"service-orders/{order}")
    dispatcher.press("action_accept")
    dispatcher.picture("order-accepted")
    dispatcher.press("action_plan")
    dispatcher.choose("technician_id", "Marek")
    tomorrow = date.today() + timedelta(days=1)
    dispatcher.fill("date_start", f"{tomorrow:%d.%m.%Y} 09:00:00")
    dispatcher.picture("plan-visit")
    dispatcher.save()
    dispatcher.picture("order-planned")
    number, start = company.query(
        "SELECT o.name, v.date_start FROM service_order o JOIN service_visit v ON v.order_id = o.id"
        f" WHERE o.id = {order}"
    ).split("|")
    assert start
    mails = [text for text in company.postman.to(USER) if number in text]
    assert mails, "the customer got no e-mail"
    assert any("wizyt" in text.lower() for text in mails)

    customer = open_as(USER, width=PHONE)
    customer.page.goto(f"/my/service/{order}")
    customer.picture("order-planned-360")
    expect(customer.page.locator("body")).to_contain_text("Marek")


def work(company, open_as, order):
    """On a telephone: work, a broken part from the van, the counters, the signature."""
    technician = open_as("serwisant", width=PHONE)
    visit = company.query(f"SELECT id FROM service_visit WHERE order_id = {order}")
    technician.open(f"my-service-visits/{visit}")
    technician.picture("visit-360")
    technician.press("action_start")
    technician.fill("work_minutes", "60")
    technician.fill("description", "Wymieniono zespół utrwalający, wydruk próbny poprawny.")
    technician.add_card("line_ids")
    technician.choose("product_id", FUSER)
    technician.tick("customer_fault")
    technician.picture("part-360")
    technician.save()
    technician.press("action_take_readings")
    for meter, value in (("Czarno-białe", "912"), ("Kolor", "308")):
        technician.fill("value", value, technician.edit_row("line_ids", meter, "value"))
    technician.picture("counters-360")
    technician.press("action_take")
    technician.fill("signed_by", "Piotr Nowak")
    technician.sign("signature")
    technician.picture("visit-signed-360")
    technician.press("action_finish")
    technician.picture("visit-finished-360")
    signed, source = company.query(
        "SELECT v.signed_on IS NOT NULL, l.complete_name FROM service_visit v"
        " JOIN service_order_line sl ON sl.visit_id = v.id"
        " JOIN product_product p ON p.id = sl.product_id"
        " JOIN stock_move m ON m.id = sl.stock_move_id"
        " JOIN stock_location l ON l.id = m.location_id"
        f" WHERE v.id = {visit} AND p.default_code = '{FUSER}'"
    ).split("|")
    assert signed == "t"
    assert "Marek" in source, "the part left the technician's own van"
    return int(visit)


def agree(company, open_as, order):
    """The decision maker agrees on a telephone to pay for the broken part."""
    person = open_as(DECISION, width=PHONE)
    person.page.goto(f"/my/service/{order}")
    person.picture("costs-360")
    person.page.get_by_role("button", name="Zgadzam się na koszty").click()
    person.page.wait_for_load_state("networkidle")
    person.picture("costs-agreed-360")
    kind = company.query(f"SELECT stage_kind FROM service_order WHERE id = {order}")
    assert kind == "to_settle", "what is agreed goes on by itself"


def settle(company, open_as, order):
    """Accounting settles: only the broken part is payable, at the contract's price."""
    accountant = open_as("ksiegowosc")
    accountant.open(f"service-orders/{order}")
    accountant.press("action_settle")
    accountant.picture("order-settled")
    charges = [
        row.split("|")
        for row in company.query(
            "SELECT kind, state, amount, reason FROM service_charge"
            f" WHERE service_order_id = {order} ORDER BY state DESC"
        ).splitlines()
    ]
    payable = [charge for charge in charges if charge[1] == "to_bill"]
    assert [charge[0] for charge in payable] == ["part"]
    assert "wina klienta" in payable[0][3]
    assert "labour" in {charge[0] for charge in charges if charge[1] == "covered"}
    accountant.press("action_bill")
    accountant.picture("invoice-draft")
    accountant.press("action_post")
    accountant.picture("invoice-posted")
    [invoice] = company.query(
        "SELECT m.id, m.state, m.amount_untaxed, count(l) FROM account_move m"
        " JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'"
        " WHERE m.id IN (SELECT move_id FROM service_charge"
        f"   WHERE service_order_id = {order}) GROUP BY m.id"
    ).splitlines()
    number, state, untaxed, lines = invoice.split("|")
    assert (state, untaxed, lines) == ("posted", payable[0][2], "1")
    return int(number)


def see_invoice(open_as, invoice):
    """The accounting contact finds it in the panel; the regular user does not, by any address."""
    accounting = open_as(ACCOUNTING, width=PHONE)
    accounting.page.goto(f"/my/invoices/{invoice}")
    accounting.picture("invoice-360")
    assert f"/my/invoices/{invoice}" in accounting.page.url
    user = open_as(USER)
    for address in (
        f"/my/invoices/{invoice}",
        f"/my/invoices/{invoice}?report_type=pdf&download=true",
    ):
        answer = user.page.request.get(address)
        assert f"/my/invoices/{invoice}" not in answer.url or answer.status in (403, 404)


def see_history(open_as, device):
    """All of it is on the device's history, newest first."""
    manager = open_as("kierownik")
    manager.open(f"service-devices/{device}")
    manager.press("action_open_history")
    manager.picture("history")
    kinds = manager.page.locator("tr.o_data_row td[name=kind]").all_inner_texts()
    told = ["Faktura", "Prace i części", "Odczyt", "Wizyta", "Zgłoszenie", "Miejsce instalacji"]
    newest_first = [kinds.index(kind) for kind in told]
    assert newest_first == sorted(newest_first), kinds


def test_request_by_telephone(company, open_as):
    """Taken down without a mouse, by what the caller says: at most 70 keys."""
    dispatcher = open_as("dyspozytor")
    dispatcher.open("service-desk")
    dispatcher.picture("desk")
    keyboard, dialog = dispatcher.page.keyboard, dispatcher.page.locator(".modal")
    keyboard.press("Alt+Shift+T")
    expect(dialog.locator("[name=device_id] input")).to_be_focused()
    words = ("75 555 06 00", "zaci", "Mieli papier w podajniku.")
    options = dispatcher.page.locator(".o-autocomplete--dropdown-item.ui-menu-item")
    keyboard.type(words[0])
    expect(options.filter(has_text="Hotel Karkonosze").first).to_be_visible()
    keyboard.press("Enter")
    expect(dialog.locator("[name=customer_id]")).to_contain_text("Hotel Karkonosze")
    dispatcher.picture("telephone")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.type(words[1])
    expect(options.filter(has_text="Zaci").first).to_be_visible()
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type(words[2])
    keyboard.press("Alt+Q")
    expect(dispatcher.page.locator(".o_form_view [name=customer_id]")).to_be_visible()
    dispatcher.rest()
    assert 8 + sum(map(len, words)) <= 70
    source, description = company.query(
        "SELECT source, description FROM service_order ORDER BY id DESC LIMIT 1"
    ).split("|")
    assert (source, description) == ("phone", words[2])

"""A label's QR code: printed, decoded from the picture, followed by everybody, and scanned."""

import re
import subprocess

import pytest
import qrcode
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from toolbox.browser import log_in, new_page

STAFF = ("serwisant", "dyspozytor", "kierownik", "magazyn", "ksiegowosc")
USER, DECISION = "piotr.nowak@odra.example", "anna.kierownik@odra.example"
# An accounting contact of the customer, and somebody of another customer: no right to the device.
WITHOUT = ("ksiegowosc@odra.example", "skarbnik@jaworow.example")
# An option: neither an order nor a visit is open on it, so staff come to its card.
SERIAL = "A2YUWY1004518"
PHONE = 360


@pytest.fixture(scope="module")
def device(company):
    """Id, serial and customer of a device of which no order is open."""
    row = company.query(
        f"SELECT id, name, serial, customer_id FROM service_device WHERE serial = '{SERIAL}'"
    )
    number, name, serial, customer = row.split("|")
    return {"id": int(number), "name": name, "serial": serial, "customer": int(customer)}


def print_label(client, device):
    """Print a label from the device's card, as a person does, and render its page."""
    client.open(f"service-devices/{device['id']}")
    client.page.locator(".o_notebook .nav-link", has_text="Kod QR").click()
    client.picture("device-qr")
    client.press("action_print_labels")
    client.picture("label-dialog")
    landed = []
    # The web client downloads in a tab of its own.
    client.page.context.on("page", lambda tab: tab.on("download", lambda file: landed.append(file)))
    client.press("action_print")
    for _tick in range(100):
        if landed:
            break
        client.page.wait_for_timeout(100)
    path = landed[0].path()
    picture = path.with_suffix(".page")
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", path, picture], check=True)
    return Image.open(picture.with_suffix(".page.png"))


def decode(picture):
    """The addresses in the QR codes of a picture."""
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def stranger(company, chromium, width=PHONE):
    """A page of somebody who has never logged in."""
    return new_page(chromium, company.address, width)


def test_label_is_followed_by_everybody(company, open_as, chromium, device, toolbox):
    """Staff come to the device, its users to their panel, all others to model and four letters."""
    picture = print_label(open_as("magazyn"), device)
    picture.save(toolbox.local / "pictures" / "label.png")
    [address] = decode(picture)
    assert address.startswith(f"{company.address}/service/d/")

    for login in STAFF:
        client = open_as(login)
        client.page.goto(address)
        client.page.wait_for_url(re.compile(rf"/odoo/service-devices/{device['id']}\b"))
        expect(client.page.locator(".o_form_view")).to_contain_text(device["serial"])
    for login in (USER, DECISION):
        page = open_as(login, width=PHONE).page
        page.goto(address)
        page.wait_for_url(re.compile(rf"/my/devices/{device['id']}$"))
        expect(page.locator("body")).to_contain_text(device["serial"])
    pages = [open_as(login, width=PHONE).page for login in WITHOUT]
    for page in [*pages, stranger(company, chromium)]:
        page.goto(address)
        assert page.url == address
        text = page.inner_text("main")
        assert "Finiszer FS-539" in text
        assert device["serial"][-4:] in text
        for secret in (device["serial"], device["name"], "Odra", "Wrocław"):
            assert secret not in text
        page.screenshot(path=toolbox.local / "pictures" / "label-stranger-360.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.context.close()


def test_open_order_comes_first(company, open_as):
    """Staff who scan a device under repair land on its order."""
    order, token = company.query(
        "SELECT o.id, d.qr_token FROM service_order o JOIN service_device d ON d.id = o.device_id"
        " JOIN service_stage s ON s.id = o.stage_id WHERE s.kind IN ('new', 'accepted', 'planned')"
        " AND o.company_id = 1 ORDER BY o.id DESC LIMIT 1"
    ).split("|")
    page = open_as("dyspozytor").page
    page.goto(f"/service/d/{token}")
    page.wait_for_url(re.compile(rf"/odoo/service-orders/{order}\b"))


def test_replaced_and_switched_off(company, open_as, chromium, device, toolbox):
    """A replaced code leads nowhere; a customer without codes has them for our people only."""
    [old] = decode(print_label(open_as("magazyn"), device))
    dispatcher = open_as("dyspozytor")
    dispatcher.open(f"service-devices/{device['id']}")
    dispatcher.page.locator(".o_notebook .nav-link", has_text="Kod QR").click()
    dispatcher.field("action_revoke_qr").click()
    dispatcher.page.locator(".modal footer .btn-primary").click()
    expect(dispatcher.page.locator(".o_notification").first).to_contain_text("QR")
    page = stranger(company, chromium)
    assert page.goto(old).status == 404
    expect(page.locator("main")).to_contain_text("nieważny")
    page.screenshot(path=toolbox.local / "pictures" / "label-replaced-360.png")

    [new] = decode(print_label(open_as("magazyn"), device))
    assert new != old
    assert page.goto(new).status == 200
    company.query(
        f"UPDATE res_partner SET service_qr_off = true WHERE id = {device['customer']}; SELECT 1"
    )
    assert page.goto(new).status == 404
    person = open_as(USER, width=PHONE).page
    assert person.goto(new).status == 404
    technician = open_as("serwisant").page
    technician.goto(new)
    technician.wait_for_url(re.compile(rf"/odoo/service-devices/{device['id']}\b"))
    assert decode(print_label(open_as("magazyn"), device)) == []
    company.query(
        f"UPDATE res_partner SET service_qr_off = false WHERE id = {device['customer']}; SELECT 1"
    )
    page.context.close()


def camera_film(address, path):
    """A film for Chromium's camera on which one sees a label; plain YUV, no program needed."""
    code = qrcode.make(address, box_size=3, border=1).get_image().convert("L")
    frame = Image.new("L", (640, 480), 255)
    # Within the bright strip of core's scanner: what lies outside it is not looked at.
    frame.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    colour = bytes([128]) * (640 * 480 // 2)
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for _frame in range(10):
            film.write(b"FRAME\n" + frame.tobytes() + colour)


def test_scan_by_camera_and_by_hand(company, launch, device, toolbox, tmp_path):
    """The phone's camera finds the device; an unknown number is said, and stays to be mended."""
    token = company.query(f"SELECT qr_token FROM service_device WHERE id = {device['id']}")
    film = tmp_path / "label.y4m"
    camera_film(f"{company.address}/service/d/{token}", film)
    browser = launch(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    page = new_page(browser, company.address, PHONE)
    log_in(page, "serwisant")
    page.goto("/odoo/service-device-scan")
    entry = page.locator(".o_service_scan input")
    entry.fill("NIE-MA-TAKIEGO")
    entry.press("Enter")
    expect(page.locator(".o_service_scan .alert")).to_contain_text("NIE-MA-TAKIEGO")
    expect(entry).to_have_value("NIE-MA-TAKIEGO")
    page.screenshot(path=toolbox.local / "pictures" / "scan-unknown-360.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    entry.fill(device["serial"].lower())
    entry.press("Enter")
    page.wait_for_url(re.compile(rf"/odoo/service-devices/{device['id']}\b"))
    page.goto("/odoo/service-device-scan")
    page.locator(".o_service_scan .btn-primary").click()
    page.wait_for_url(re.compile(rf"/odoo/service-devices/{device['id']}\b"))
    page.context.close()


def test_text_file_named_jpg(open_as, device, tmp_path):
    """A wrong picture gets a sentence in Polish; what was typed beside it stays."""
    clerk = open_as("kierownik")
    clerk.open("service-device-models/new")
    clerk.fill("name", "Model z notatką")
    fake = tmp_path / "zdjecie.jpg"
    fake.write_text("To jest tekst.")
    clerk.page.set_input_files(".o_field_widget[name=image_1920] input[type=file]", fake)
    clerk.rest()
    clerk.choose("manufacturer_id", "Konica")
    clerk.choose("category_id", "A4")
    clerk.top.locator(".o_form_button_save:visible").first.click()
    clerk.rest()
    told = clerk.page.locator(".o_notification, .modal").last
    expect(told).to_contain_text(re.compile("obraz"))
    clerk.picture("text-named-jpg")
    clerk.page.keyboard.press("Escape")
    expect(clerk.field("name").locator("input")).to_have_value("Model z notatką")

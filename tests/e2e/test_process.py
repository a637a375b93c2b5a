"""An administrator makes a process by clicking; a dispatcher then cannot but follow it."""

import time

from playwright.sync_api import expect

STAGE_WITH_MAIL = 120  # seconds an administrator may need for it, see the design's targets


def test_own_process(company, open_as):
    """A stage with a message, a condition and a step; an order goes through it to the end."""
    administrator = open_as("admin", "admin")
    administrator.open("service-processes/new")
    administrator.fill("name", "Kasa fiskalna")
    administrator.save()
    administrator.picture("process-new")
    began = time.monotonic()
    make_consent_stage(administrator)
    assert time.monotonic() - began < STAGE_WITH_MAIL
    ask_for_consent(administrator, "W trakcie")
    put_before(administrator, "Zgoda na koszt", "W trakcie")
    administrator.picture("process-done")
    process = company.query(
        "SELECT id FROM service_order_type WHERE name->>'pl_PL' = 'Kasa fiskalna'"
    )
    assert process, "the process was not kept"
    stages = company.query(
        "SELECT string_agg(name->>'pl_PL', ', ' ORDER BY sequence, id) FROM service_stage"
        f" WHERE type_id = {process}"
    )
    assert stages.startswith("Nowe, Przyjęte, Zgoda na koszt, W trakcie, "), stages

    dispatcher = open_as("dyspozytor")
    order = take_order(company, dispatcher)
    go_to(dispatcher, "Zgoda na koszt")
    assert decision(company, order) == "waiting", "the step was not done by itself"
    assert company.postman.to("piotr.nowak@odra.example"), "the reporter was not told"
    go_to(dispatcher, "W trakcie")
    expect(dispatcher.page.locator(".o_notification, .modal").last).to_contain_text("Zgoda klienta")
    dispatcher.picture("process-refused")
    assert stage(company, order) == "Zgoda na koszt"
    dispatcher.page.reload()
    dispatcher.rest()
    dispatcher.press("action_record_answer")
    dispatcher.fill("signed_by", "Anna Kierownik")
    dispatcher.picture("process-answer")
    dispatcher.press("action_confirm")
    for name in ("W trakcie", "Do rozliczenia", "Zakończone"):
        go_to(dispatcher, name)
        assert stage(company, order) == name
    dispatcher.picture("process-followed")


def make_consent_stage(administrator):
    """Between accepted and in progress: the customer is asked, and told so by e-mail."""
    administrator.field("stage_ids").locator(".o_field_x2many_list_row_add a").click()
    administrator.rest()
    administrator.fill("name", "Zgoda na koszt")
    administrator.fill("customer_name", "Czeka na Państwa zgodę")
    administrator.select("kind", "Oczekuje na klienta")
    administrator.choose("mail_template_id", "oczekiwanie na części")
    administrator.page.get_by_role("tab", name="Automatycznie").click()
    administrator.field("act_ids").locator(".o_field_x2many_list_row_add a").click()
    administrator.rest()
    administrator.select("kind", "Zapytaj klienta")
    administrator.picture("process-step")
    administrator.top.locator(".o_form_button_save").click()
    administrator.rest()
    administrator.picture("process-stage")
    administrator.top.locator(".o_form_button_save").click()
    administrator.rest()
    administrator.save()


def ask_for_consent(administrator, name):
    """Nobody goes to that stage without the customer's decision."""
    rows = administrator.field("stage_ids").locator("tr.o_data_row")
    rows.filter(has_text=name).locator("td[name=name]").click()
    administrator.rest()
    row = administrator.add_row("condition_ids")
    administrator.select("kind", "Zgoda klienta", row)
    administrator.picture("process-condition")
    administrator.top.locator(".o_form_button_save").click()
    administrator.rest()
    administrator.save()


def put_before(administrator, name, other):
    """Drag a stage by its handle to the place of another."""
    rows = administrator.field("stage_ids").locator("tr.o_data_row")
    handle = rows.filter(has_text=name).locator(".o_row_handle")
    mouse = administrator.page.mouse
    handle.hover()
    mouse.down()
    place = rows.filter(has_text=other).first.locator(".o_row_handle").bounding_box()
    mouse.move(place["x"] + 5, place["y"] + place["height"] / 2, steps=10)
    mouse.move(place["x"] + 5, place["y"] + 1, steps=3)
    mouse.up()
    administrator.save()


def take_order(company, dispatcher):
    """A request by telephone that follows the new process."""
    dispatcher.open("service-orders/new")
    dispatcher.choose("customer_id", "Odra Logistyka")
    dispatcher.choose("location_id", "Piętro 2")
    dispatcher.choose("reporter_id", "Piotr Nowak")
    dispatcher.choose("type_id", "Kasa fiskalna")
    dispatcher.fill("description", "Kasa nie drukuje paragonów.")
    dispatcher.save()
    return int(company.query("SELECT max(id) FROM service_order"))


def go_to(dispatcher, name):
    """Click a stage of the bar, or of its menu when there is no room."""
    button = dispatcher.page.locator(".o_statusbar_status button:visible").filter(has_text=name)
    if not button.count():
        dispatcher.page.locator(".o_statusbar_status .dropdown-toggle:visible").first.click()
        button = dispatcher.page.locator(".dropdown-item:visible").filter(has_text=name)
    button.first.click()
    dispatcher.rest()


def stage(company, order):
    """Where the order stands, in Polish."""
    return company.query(
        "SELECT s.name->>'pl_PL' FROM service_order o JOIN service_stage s ON s.id = o.stage_id"
        f" WHERE o.id = {order}"
    )


def decision(company, order):
    """What is known of the customer's decision."""
    return company.query(f"SELECT decision FROM service_order WHERE id = {order}")

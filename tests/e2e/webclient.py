"""Odoo's web client as a person uses it: press, type, choose, sign, look."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

DROPDOWN = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option), .o_select_menu_item"
DIALOG = ".modal:not(.o_inactive_modal):visible"

QUIET = 4  # tenths of a second without a question to the server


class WebClient:
    """One person's tab in the backend.

    Fields are found by their technical name in the topmost dialog, or in the page when there is
    none; ``inside`` narrows to a row of a list.
    """

    def __init__(self, page: Page, pictures: Path):
        self.page = page
        self.pictures = pictures
        self._asked = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)
        page.on("domcontentloaded", self._forget)  # of questions left behind no end is told

    def _begin(self, request) -> None:
        if request.resource_type in ("fetch", "xhr"):
            self._asked.add(request)

    def _forget(self, page) -> None:
        self._asked.clear()

    def _end(self, request) -> None:
        self._asked.discard(request)

    @property
    def top(self) -> Locator:
        """What a person can touch now: the dialog on top, or the page."""
        dialog = self.page.locator(DIALOG)
        return dialog.last if dialog.count() else self.page.locator(".o_action_manager")

    def open(self, path: str) -> None:
        """Go to an address of the backend."""
        self.page.goto(f"/odoo/{path}")
        expect(self.page.locator(".o_view_controller").first).to_be_visible()
        self.rest()

    def rest(self) -> None:
        """Wait until the server has answered everything and the client has shown it."""
        quiet = 0
        for _tick in range(600):
            self.page.wait_for_timeout(100)
            quiet = 0 if self._asked else quiet + 1
            if quiet == QUIET:
                return
        raise AssertionError(f"no answer to {[request.url for request in self._asked]}")

    def press(self, name: str) -> None:
        """Press a button by its technical name and wait until the server has done its work."""
        button = self.top.locator(f"button[name={name}]:visible").first
        more = self.top.locator(".o_statusbar_buttons .dropdown-toggle:visible").first
        expect(button.or_(more).first).to_be_visible()
        if not button.is_visible():  # a telephone keeps the less important buttons in a menu
            more.click()
            button = self.page.locator(f"button[name={name}]:visible").first
        with self.page.expect_response(re.compile("/call_button/")) as answer:
            button.click()
        reply = answer.value.json()
        assert "error" not in reply, reply["error"]["data"]["message"]
        self.rest()

    def save(self) -> None:
        """Save the form of the dialog or of the page."""
        self.top.locator(".o_form_button_save:visible, [special=save]:visible").first.click()
        self.rest()

    def search(self, text: str) -> None:
        """Search a list by the field that its search box proposes first."""
        self.top.locator(".o_searchview_input").fill(text)
        self.page.keyboard.press("Enter")
        self.rest()

    def import_file(self, content: bytes, name: str = "export.epp") -> None:
        """Import a file from Subiekt; its exchange is shown."""
        self.open("action-connector_subiekt.subiekt_import_action")
        self.page.set_input_files(
            ".o_action_manager input[type=file], .modal input[type=file]",
            {"name": name, "mimeType": "application/octet-stream", "buffer": content},
        )
        self.rest()
        self.press("action_import")
        expect(self.page.locator(".o_arrow_button_current").first).to_be_visible()

    def download(self, name: str) -> bytes:
        """The file in a field, as it lands on the person's disk."""
        with self.page.expect_download() as landed:
            self.field(name).locator("a, button").first.click()
        return Path(landed.value.path()).read_bytes()

    def picture(self, name: str) -> None:
        """Keep what is on the screen."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def field(self, name: str, inside: Locator | None = None) -> Locator:
        """The field as it is on the screen."""
        return (inside or self.top).locator(f"[name={name}]:visible").first

    def fill(self, name: str, value: str, inside: Locator | None = None) -> None:
        """Type into a field and leave it."""
        entry = self._entry(name, inside)
        entry.fill(value)
        entry.press("Tab")

    def choose(self, name: str, text: str, inside: Locator | None = None) -> None:
        """Take the first proposal with that text; a telephone proposes in a page of its own."""
        dialogs = self.page.locator(".modal").count()
        entry = self._entry(name, inside)
        entry.click()
        self.rest()
        if self.page.locator(".modal").count() > dialogs:
            self.top.locator(".o_kanban_record, .o_data_row").filter(has_text=text).first.click()
        else:
            entry.fill(text)
            self.rest()  # the proposals follow the typing after a moment
            self.page.locator(DROPDOWN).filter(has_text=text).first.click()
        self.rest()

    def tick(self, name: str, inside: Locator | None = None) -> None:
        """Tick a box."""
        self.field(name, inside).locator("input[type=checkbox]").first.check()

    def add_row(self, name: str) -> Locator:
        """Begin a new row of an editable list, and give it."""
        self.field(name).locator(".o_field_x2many_list_row_add a").first.click()
        row = self.field(name).locator("tr.o_selected_row")
        expect(row).to_be_visible()
        return row

    def add_card(self, name: str) -> None:
        """Begin a new row of a list that a telephone shows as cards, in a page of its own."""
        self.field(name).locator(".o-kanban-button-new, button").first.click()
        self.rest()

    def select(self, name: str, text: str, inside: Locator | None = None) -> None:
        """Choose from a fixed list."""
        self.field(name, inside).locator("input").first.click()
        self.page.locator(".o_select_menu_item").filter(has_text=text).first.click()
        self.rest()

    def edit_row(self, name: str, text: str, column: str) -> Locator:
        """Begin to edit the row of a list that carries a text, at a column, and give it."""
        rows = self.field(name).locator("tr.o_data_row")
        rows.filter(has_text=text).first.locator(f"td[name={column}]").click()
        row = self.field(name).locator("tr.o_selected_row")
        expect(row).to_be_visible()
        return row

    def sign(self, name: str) -> None:
        """Draw a signature with a finger, and accept it."""
        self.field(name).click()
        self.rest()
        self.top.locator(".o_web_sign_draw_button").click()
        box = self.top.locator("canvas.o_web_sign_signature").bounding_box()
        left, middle = box["x"] + 20, box["y"] + box["height"] / 2
        mouse = self.page.mouse
        mouse.move(left, middle)
        mouse.down()
        for step in range(1, 15):
            mouse.move(left + step * 15, middle + (20 if step % 2 else -20))
        mouse.up()
        self.top.locator("footer button.btn-primary").click()
        self.rest()

    def _entry(self, name: str, inside: Locator | None) -> Locator:
        field = self.field(name, inside)
        entry = field.locator("input:visible, textarea:visible, [contenteditable=true]:visible")
        if not entry.count():
            field.click()
        return entry.first

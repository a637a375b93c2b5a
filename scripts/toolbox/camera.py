"""Takes the pictures; runs in the development environment, where Playwright is.

``python -m toolbox.camera ADDRESS FOLDER [NAME …]``
"""

import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from . import machine
from .browser import CHROMIUM, log_in, new_page

DESK, PHONE = 1400, 360
# name, login, width, address, selector of a record to open ("" for the page itself)
PICTURES = [
    ("board", "dyspozytor", DESK, "/odoo/service-orders", ""),
    ("order", "dyspozytor", DESK, "/odoo/service-orders", ".o_kanban_record:not(.o_kanban_ghost)"),
    ("visits", "dyspozytor", DESK, "/odoo/service-visits", ""),
    ("devices", "kierownik", DESK, "/odoo/service-devices", ""),
    ("device", "kierownik", DESK, "/odoo/service-devices", "tr.o_data_row:last-child .o_data_cell"),
    ("charges", "ksiegowosc", DESK, "/odoo/service-charges", ""),
    ("technician", "serwisant", PHONE, "/odoo/my-service-visits", ""),
    ("panel", "piotr.nowak@odra.example", PHONE, "/my", ""),
    ("panel-devices", "piotr.nowak@odra.example", PHONE, "/my/devices", ""),
    ("panel-orders", "anna.kierownik@odra.example", DESK, "/my/service", ""),
    ("panel-invoices", "ksiegowosc@odra.example", DESK, "/my/invoices", ""),
    ("subiekt", "admin", DESK, "/odoo/subiekt-exchanges", ""),
]


def main() -> int:
    """Take the named pictures, or all."""
    address, folder, *names = sys.argv[1:]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not names or picture[0] in names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.find_chromium(), args=CHROMIUM)
        for name, login, width, path, selector in wanted:
            page = new_page(browser, address, width)
            log_in(page, login, "admin" if login == "admin" else "demo")
            _open(page, path, selector)
            _take(page, folder / f"{name}.png")
            print(f"  {name}.png", flush=True)
            page.context.close()
        browser.close()
    return 0


def _open(page: Page, path: str, selector: str) -> None:
    page.goto(path)
    _settle(page)
    if selector:
        before = page.url
        page.locator(selector).first.click()
        page.wait_for_url(lambda url: url != before)
        _settle(page)
    title = page.title()
    if re.search(r"\b(404|403|500)\b|error", title, re.IGNORECASE):
        raise SystemExit(f"{path} shows an error page: {title}")


def _settle(page: Page) -> None:
    """Wait until the page has nothing more to load."""
    page.wait_for_load_state("load")
    if "/odoo" in page.url:
        page.locator(".o_action .o_content").first.wait_for()
    page.wait_for_timeout(1500)
    page.locator(".o_loading_indicator").wait_for(state="detached")


def _take(page: Page, target: Path) -> None:
    """A screenshot with few colours: pictures lie in the repository, so they are kept small."""
    page.screenshot(path=target)
    with Image.open(target) as image:
        image.convert("RGB").quantize(128).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())

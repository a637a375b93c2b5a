"""Debian's Chromium driven by Playwright: one way to start it and to log in."""

from playwright.sync_api import Browser, Page

# As root it has no sandbox; what it would fetch on its own has no place in a test.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def new_page(browser: Browser, address: str, width: int) -> Page:
    """A page of a Polish user: a desk's screen or, under 600 pixels, a telephone's."""
    context = browser.new_context(
        base_url=address,
        locale="pl-PL",
        timezone_id="Europe/Warsaw",
        viewport={"width": width, "height": 900 if width > 600 else 740},
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def log_in(page: Page, login: str, password: str = "demo") -> None:
    """Log in as somebody, as they would."""
    page.goto("/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url(lambda url: "/web/login" not in url)

"""The demo company, served for real: PostgreSQL, Odoo, Chromium, and a mail server that listens.

Pictures of what was seen are kept in ``.local/pictures``.
"""

import email
import email.policy
import os
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect, sync_playwright
from webclient import WebClient

from toolbox import databases, machine
from toolbox.browser import CHROMIUM, log_in, new_page
from toolbox.environment import Environment
from toolbox.serving import served

expect.set_options(timeout=20_000)


class Postman:
    """Keeps every message that the server sends."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        """Called by the mail server for each message."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def to(self, address: str) -> list[str]:
        """Subject and text of the messages to one address, oldest first."""
        return [
            f"{message['subject']}\n{message.get_body(('html', 'plain')).get_content()}"
            for recipients, message in self.messages
            if address in recipients
        ]


@pytest.fixture(scope="module")
def toolbox():
    """The set-up's own environment object."""
    with Environment(development=True) as env:
        yield env


@pytest.fixture(scope="module")
def company(toolbox):
    """The demo company: its address, its mail and its database."""
    name = f"service_story_{os.getpid()}"
    databases.copy(toolbox, name, databases.demo(toolbox))
    postman = Postman()
    mail = Controller(postman, hostname="127.0.0.1", port=machine.free_port())
    mail.start()
    options = ["--smtp=127.0.0.1", f"--smtp-port={mail.port}"]
    try:
        with served(toolbox, name, *options) as address:
            yield SimpleNamespace(
                address=address,
                postman=postman,
                database=name,
                query=lambda statement: toolbox.server.query(statement, name),
            )
    finally:
        mail.stop()
        toolbox.drop_database(name)


@pytest.fixture(scope="module")
def launch():
    """``launch(*switches)`` gives Debian's browser; all are closed at the end."""
    browsers = []
    with sync_playwright() as playwright:

        def launch_browser(*switches: str):
            browsers.append(
                playwright.chromium.launch(
                    executable_path=machine.find_chromium(), args=[*CHROMIUM, *switches]
                )
            )
            return browsers[-1]

        yield launch_browser
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="module")
def chromium(launch):
    """Debian's browser."""
    return launch()


@pytest.fixture
def open_as(company, chromium, toolbox):
    """``open_as(login, width)`` gives the web client of that person, logged in."""
    clients = []

    def open_client(login: str, password: str = "demo", width: int = 1400) -> WebClient:
        client = WebClient(new_page(chromium, company.address, width), toolbox.local / "pictures")
        clients.append(client)
        log_in(client.page, login, password)
        return client

    yield open_client
    for client in clients:
        client.page.context.close()

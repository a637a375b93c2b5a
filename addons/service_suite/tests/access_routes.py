import re
import threading

from odoo import http
from odoo.tools import mute_logger

from odoo.addons.payment.utils import generate_access_token

from .access_world import PASSWORD

ANONYMOUS = "anonymous"
NOISE = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
PARAMETER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


class RouteChecks:
    """Role × route: without a token, with a valid one and with a wrong one."""

    def test_every_route_has_an_entry(self):
        """A new route is either called by this test, or somebody said why it need not be."""
        # Core's map asks the thread for the database; pytest doesn't say it.
        threading.current_thread().dbname = self.env.cr.dbname
        addresses = {
            rule.rule: rule.endpoint.routing["auth"]
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if ".tests." not in rule.endpoint.__module__  # there only while tests run
        }
        self._expect_none(
            f"{address} (auth: {auth}) is not in the matrix. Add it to routes: with the record it"
            " opens and for whom, or to unguarded: with the reason why it opens none"
            for address, auth in sorted(addresses.items())
            if not self.matrix.entry_of(address)
        )
        self._expect_none(
            f"{address} is in the matrix, but no such route exists"
            for address in self.matrix.routes
            if address.split(" ")[0] not in addresses
        )

    @mute_logger(*NOISE)
    def test_who_opens_what(self):
        """Pages, files, conversations, signing and paying: own, a colleague's, a stranger's."""
        findings = []
        for role in (*self.people, ANONYMOUS):
            login = self.people[role].login if role in self.people else None
            self.authenticate(login, PASSWORD if login else None)
            for address, entry in self.matrix.routes.items():
                for key, pattern in entry["record"].items():
                    check = self._list_findings if entry.get("list") else self._page_findings
                    findings += check(role, address, entry, key, pattern)
        self._expect_none(findings)

    @mute_logger(*NOISE)
    def test_payment_links(self):
        """A link to pay an invoice leads people with roles no further than their roles do."""
        invoice = self.records["account.move"]["here"]
        signed = (invoice.partner_id.id, invoice.amount_residual, invoice.currency_id.id)
        token = generate_access_token(*signed, env=self.env)
        params = {"amount": signed[1], "invoice_id": invoice.id, "access_token": token}
        for role, opens in (("accounting", True), ("accounting_site", True), ("user", False)):
            self.authenticate(self.people[role].login, PASSWORD)
            response = self.url_open("/payment/pay", params=params)
            with self.subTest(role=role):
                self.assertEqual(response.status_code, 200 if opens else 403)

    def _sees(self, role, pattern, name):
        return name in self.matrix.patterns[pattern].get(role, ())

    # One record

    def _page_findings(self, role, address, entry, key, pattern):
        classes = self.records[key]
        for name in [name for name in classes if name != "whole" or "here" not in classes]:
            record = classes[name][:1]
            sees = self._sees(role, pattern, name)
            tokens = {"no": None}
            if "link" in entry:
                tokens["valid"] = self._token_of(record)
                if role in (ANONYMOUS, "former"):
                    tokens["wrong"] = "wrong-token"
                if personal := self._link_of(record):
                    tokens["personal"] = personal
            for word, token in tokens.items():
                expected = sees
                if word in ("valid", "personal"):
                    # A link is for people whom no role judges, and opens reading only.
                    outside = role in (ANONYMOUS, "plain")
                    reads = entry["link"] == "reads"
                    if role == "plain":
                        reads = sees or reads or (word == "valid" and entry["link"] != "never")
                    elif word == "valid" and not record._name.startswith("ir."):
                        # Core's token is the same for everybody: it opens nothing of ours.
                        reads = reads and getattr(record, "_service_link_writes", True)
                    linked = entry.get("linked", {}).get(key, pattern)
                    expected = reads if outside else self._sees(role, linked, name)
                    if word == "personal" and record._name == "ir.attachment" and not outside:
                        expected = sees
                answer = self._ask(address, entry, record, token)
                opened = entry["open"].format(mark=self._mark_of(record)) in answer
                shut = entry.get("login", entry["shut"]) if role == ANONYMOUS else entry["shut"]
                right = opened if expected else re.search(shut, answer) and not opened
                if not right:
                    wanted = "open" if expected else f"answer “{shut}”"
                    yield (
                        f"{role}, {word} token: {address} for {key} {name} should {wanted},"
                        f" answers: {' '.join(answer.split())[:150]}"
                    )

    def _token_of(self, record):
        if record._name == "stock.picking":
            return "of-no-sale"
        if record._name == "ir.attachment":
            return record.access_token or record.generate_access_token()[0]
        return record._portal_ensure_token()

    def _link_of(self, record):
        """A personal link to the document, or to the one on which a file hangs."""
        document = record
        if record._name == "ir.attachment":
            document = self.env[record.res_model].browse(record.res_id)
        if document._service_link_writes:
            return None
        # A mere address: whether a person's role still opens it is tested beside the model.
        contact = self.env["res.partner"].create({"name": "Somebody"})
        return self.env["service.link"]._issue(document, contact)[contact]

    def _mark_of(self, record):
        """What only somebody who opened the record reads."""
        if record._name == "ir.attachment":
            return record.raw.decode()
        return record.name if "name" in record._fields else record.display_name

    def _ask(self, address, entry, record, token):
        """The answer as one text: status, type, where it leads, and what it says."""
        values = {
            "id": record.id,
            "model": record._name,
            "lang": "en_US",
            "file": record.name if record._name == "ir.attachment" else "",
            **entry.get("values", {}),
        }
        url = address.split(" ")[0]
        for match in PARAMETER.findall(url):
            value = values.get(match, record.id)
            url = PARAMETER.sub(str(value), url, count=1)
        body = {
            name: value.format(**values) if isinstance(value, str) else value
            for name, value in entry.get("body", {}).items()
        }
        body = {name: int(v) if name.endswith("_id") else v for name, v in body.items()}
        if token:
            body[entry.get("token", "access_token")] = token
        method = entry.get("method", "get")
        with self.env.cr.savepoint() as savepoint:
            self.env.flush_all()
            if method == "json":
                response = self.url_open(url, json={"params": body})
            elif method == "post":
                body["csrf_token"] = http.Request.csrf_token(self)
                response = self.url_open(url, data=body, allow_redirects=False)
            else:
                response = self.url_open(url, params=body, allow_redirects=False)
            savepoint.rollback()
        self.env.invalidate_all()
        kind = response.headers.get("Content-Type", "")
        where = response.headers.get("Location", "")
        text = response.text if "pdf" not in kind else ""
        return f"{response.status_code} {kind} {where} {text}"

    # Lists

    def _list_findings(self, role, address, entry, key, pattern):
        if role == ANONYMOUS:
            answer = self._ask(address, entry, self.records[key]["other"], None)
            if "/web/login" not in answer:
                yield f"{role}: {address} should lead to the login: {answer[:150]}"
            return
        answer = self._ask(address, entry, self.records[key]["other"], None)
        for name, records in self.records[key].items():
            for record in records:
                sees, shown = self._sees(role, pattern, name), self._mark_of(record) in answer
                if sees != shown:
                    yield (
                        f"{role}: {address} {'shows' if shown else 'does not show'} {key} {name}"
                        f" ({self._mark_of(record)})"
                    )

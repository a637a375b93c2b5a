import base64
import hashlib
import re
import threading

from odoo import http
from odoo.tools import mute_logger

from odoo.addons.payment.utils import generate_access_token

from .access_world import PASSWORD

ANONYMOUS = "anonymous"
#: Who asks where the same method has another address: limited, of two customers, past, unknown.
FEW = ("decision_site", "double", "former", ANONYMOUS)
NOISE = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
PARAMETER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


class RouteChecks:
    """Role × route: without a token, with a valid one and with a wrong one."""

    def test_every_route_has_an_entry(self):
        """A new route is either called by this test, or somebody said why it need not be."""
        # Core's map asks the thread for the database; pytest doesn't say it.
        threading.current_thread().dbname = self.env.cr.dbname
        rules = {
            rule.rule: rule.endpoint
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if ".tests." not in rule.endpoint.__module__  # there only while tests run
        }
        self._expect_none(
            f"{address} (auth: {endpoint.routing['auth']}) is not in the matrix. Add it to routes:"
            " with the record it opens and for whom, to pages: with its roles, or to unguarded:"
            " with the reason why it opens nothing"
            for address, endpoint in sorted(rules.items())
            if not self.matrix.entry_of(address, self._is_ours(endpoint))
        )
        self._expect_none(
            f"{name} is in the matrix, but no such route exists"
            for name in (*self.matrix.routes, *self.matrix.pages)
            if name.split(" ")[0] not in rules
        )

    def _is_ours(self, endpoint):
        return endpoint.__module__.removeprefix("odoo.addons.").split(".")[0] in self._our_modules()

    @mute_logger(*NOISE)
    def test_who_opens_what(self):
        """Pages, files, conversations, signing and paying: own, a colleague's, a stranger's."""
        findings = []
        for role in (*self.people, ANONYMOUS):
            login = self.people[role].login if role in self.people else None
            self.authenticate(login, PASSWORD if login else None)
            for address, entry in self.matrix.routes.items():
                if entry.get("few") and role not in FEW:
                    continue
                for key, pattern in entry["record"].items():
                    check = self._list_findings if entry.get("list") else self._page_findings
                    findings += check(role, address, entry, key, pattern)
            for address, entry in self.matrix.pages.items():
                findings += self._role_findings(role, address, entry)
        self._expect_none(findings)

    def _role_findings(self, role, address, entry):
        """A page or a call without a record: open for the roles that it is for."""
        expected = role in self.matrix.roles_of(entry["who"], self.people)
        answer = self._ask(address, entry, self.people["user"].partner_id, None)
        opened = bool(re.search(entry["open"], answer))
        shut = entry.get("login", "/web/login") if role == ANONYMOUS else entry["shut"]
        if not (opened if expected else re.search(shut, answer) and not opened):
            wanted = "open" if expected else f"answer “{shut}”"
            yield f"{role}: {address} should {wanted}, answers: {self._short(answer)}"

    @mute_logger(*NOISE)
    def test_counters_tell_what_the_lists_show(self):
        """The home page's numbers are those of the records that the role sees; no more, no less."""
        for role in self.people:
            self.authenticate(self.people[role].login, PASSWORD)
            for name, (key, pattern, most) in self.matrix.counters.items():
                seen = self.matrix.patterns[pattern].get(role, frozenset())
                expected = sum(
                    len(rows) for word, rows in self.records[key].items() if word in seen
                )
                counted = self.make_jsonrpc_request("/my/counters", {"counters": [name]})[name]
                with self.subTest(role=role, counter=name):
                    self.assertEqual(counted, min(expected, most or expected))

    @mute_logger(*NOISE)
    def test_reports_print_no_foreign_record(self):
        """Each document that can be printed, called by its address for a stranger's record."""
        findings = []
        for role in (*self.people, ANONYMOUS):
            login = self.people[role].login if role in self.people else None
            self.authenticate(login, PASSWORD if login else None)
            for report in self.env["ir.actions.report"].search([("report_type", "ilike", "qweb")]):
                record = self.records.get(report.model, {}).get("other")
                if not record or role == "double":
                    continue
                url = f"/report/html/{report.report_name}/{record[:1].id}"
                answer = self.url_open(url, allow_redirects=False)
                if answer.status_code == 200 and self._tells_of(record[:1], answer.text):
                    findings.append(f"{role}: {url} answers: {self._short(answer.text)}")
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
                opened = entry["open"].format(**self._values_of(record)) in answer
                shut = entry.get("login", entry["shut"]) if role == ANONYMOUS else entry["shut"]
                right = opened if expected else re.search(shut, answer) and not opened
                if not right:
                    wanted = "open" if expected else f"answer “{shut}”"
                    yield (
                        f"{role}, {word} token: {address} for {key} {name} should {wanted},"
                        f" answers: {self._short(answer)}"
                    )

    def _tells_of(self, record, text):
        return self._mark_of(record) in text or self.stranger.name in text

    def _short(self, answer):
        return " ".join(answer.split())[:150]

    def _token_of(self, record):
        if record._name == "stock.picking":
            return "of-no-sale"
        if record._name == "mail.message":
            return self.env[record.model].browse(record.res_id)._portal_ensure_token()
        if record._name == "ir.attachment":
            return record.access_token or record.generate_access_token()[0]
        return record._portal_ensure_token()

    def _link_of(self, record):
        """A personal link to the document, or to the one on which a file hangs."""
        document = record
        if record._name == "ir.attachment":
            document = self.env[record.res_model].browse(record.res_id)
        if getattr(document, "_service_link_writes", True):
            return None
        # A mere address: whether a person's role still opens it is tested beside the model.
        contact = self.env["res.partner"].create({"name": "Somebody"})
        return self.env["service.link"]._issue(document, contact)[contact]

    def _mark_of(self, record):
        """What only somebody who opened the record reads."""
        if record._name == "ir.attachment" and record.mimetype == "text/plain":
            return record.raw.decode()
        if record._name == "mail.message":
            return re.sub("<[^>]*>", "", record.body)
        if record._name == "service.membership":
            return record.contact_id.name
        if record._name == "service.reading.request":
            return record.device_id.serial
        return record.name if "name" in record._fields else record.display_name

    def _values_of(self, record):
        """What an entry may say of a record in braces; read once, as every question is undone."""
        known = self.__dict__.setdefault("known_values", {})
        if record not in known:
            known[record] = self._read_values(record)
        return known[record]

    def _read_values(self, record):
        return {
            "id": record.id,
            "model": record._name,
            "mark": self._mark_of(record),
            "lang": "en_US",
            "words": self._words_on(record),
            "email": record.email if "email" in record._fields else "",
            "file": record.name if record._name == "ir.attachment" else "",
            "digest": self._digest_of(self._picture_of(record)),
            "customer": record.commercial_partner_id.id if record._name == "res.partner" else 0,
            "qr": record.qr_token if record._name == "service.device" else "",
            "document": self.brochure.id,
            "device": self.device.id,
            "order": self.records["service.order"]["here"].id,
            "protocol": record.visit_ids.protocol_ids.id if record._name == "service.order" else 0,
            "resource": self.records["service.device.resource"]["any"].id,
            "secret": self.records["service.device.resource/staff"]["any"].id,
        }

    def _words_on(self, record):
        """What was said on a document; see `access_world`."""
        classes = self.records[record._name].items()
        key = next((key for key, rows in classes if record in rows), "")
        return f"Words on {record._name} {key}."

    def _picture_of(self, record):
        if record._name == "service.visit":
            return base64.b64decode(self.signature)
        return record.raw if record._name == "ir.attachment" else b""

    def _digest_of(self, content):
        return hashlib.sha256(content or b"").hexdigest()

    def _ask(self, address, entry, record, token):
        """The answer as one text: status, type, where it leads, and what it says."""
        values = self._values_of(record)
        values = values | self._filled(entry.get("values", {}), values)
        url = address.split(" ")[0]
        for match in PARAMETER.findall(url):
            value = values.get(match, record.id)
            url = PARAMETER.sub(str(value), url, count=1)
        body = self._filled(entry.get("body", {}), values)
        if token:
            body[entry.get("token", "access_token")] = token
        with self.env.cr.savepoint() as savepoint:
            self.env.flush_all()
            response = self._call(url, entry, body)
            savepoint.rollback()
        self.env.invalidate_all()
        kind = response.headers.get("Content-Type", "")
        where = response.headers.get("Location", "") or response.url
        text = response.text if "pdf" not in kind and "image" not in kind else ""
        if "image" in kind:
            text = self._digest_of(response.content)
        return f"{response.status_code} {kind} {where} {text}"

    def _filled(self, body, values):
        """A body as stated, with what braces stand for; a lone ``{id}`` stays a number."""
        if isinstance(body, dict):
            return {name: self._filled(value, values) for name, value in body.items()}
        if isinstance(body, list):
            return [self._filled(value, values) for value in body]
        if not isinstance(body, str):
            return body
        alone = re.fullmatch(r"\{(\w+)\}", body)
        return values[alone[1]] if alone else body.format(**values)

    def _call(self, url, entry, body):
        method, follow = entry.get("method", "get"), entry.get("follow", False)
        if method == "json":
            return self.url_open(url, json={"params": body})
        if method == "get":
            return self.url_open(url, params=body, allow_redirects=follow)
        body["csrf_token"] = http.Request.csrf_token(self)
        files = {entry["file"]: ("new.txt", b"New file")} if "file" in entry else None
        return self.url_open(url, data=body, files=files, allow_redirects=follow)

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
                mark = self._values_of(record)["mark"]
                sees, shown = self._sees(role, pattern, name), mark in answer
                if sees != shown:
                    yield (
                        f"{role}: {address} {'shows' if shown else 'does not show'} {key} {name}"
                        f" ({mark})"
                    )

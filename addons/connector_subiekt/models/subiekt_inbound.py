import re

from odoo import models

from ..epp.documents import STATUS_CANCELLED, STATUS_DEFERRED

MARK = re.compile(r"\[SRV:([^\]]+)\]")
SALES_TYPES = ("FS", "PA", "RS")
SHOWN = 10


class SubiektExchange(models.Model):
    """What is done with a file that came from Subiekt."""

    _inherit = "subiekt.exchange"

    def _process_file(self, file):
        """Take over everything an `epp.EppFile` has, and say what came of it."""
        self.ensure_one()
        self._check_sender(file.info)
        if file.unknown:
            names = ", ".join(dict.fromkeys(file.unknown))
            self._say(
                self.env._("Parts of the file that are not known were skipped: %s", names), "info"
            )
        self.env["subiekt.card.partner"]._import_cards(self, file)
        self.env["subiekt.card.product"]._import_cards(self, file)
        self.env["subiekt.price"]._import_prices(self, file)
        self._match_documents(file)
        self.state = "done"
        if self.failed_count:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Rows of a Subiekt file were refused"),
                user_id=self.env.uid,
            )

    def _check_sender(self, info):
        sender = re.sub(r"\D", "", info.sender_nip)
        own = re.sub(r"\D", "", self.company_id.vat or "")
        if sender and own and sender != own:
            self._say(
                self.env._(
                    "The file comes from %(sender)s (NIP %(nip)s), not from %(company)s.",
                    sender=info.sender_long_name or info.sender_short_name,
                    nip=info.sender_nip,
                    company=self.company_id.name,
                )
            )

    # ------------------------------------------------------------ documents

    def _match_documents(self, file):
        """Match sales documents that carry our key in their notes; ignore all others."""
        ours, ignored = [], []
        for document in file.trade_documents:
            header = document.header
            mark = MARK.search(header.notes)
            if mark and header.doc_type in SALES_TYPES:
                ours.append((mark[1], document))
            else:
                ignored.append(document.key)
        if ignored:
            self._say(self._ignored_sentence(ignored), "info")
        sent = self.search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("direction", "=", "out"),
                ("key", "in", [key for key, _document in ours]),
            ]
        )
        by_key = {exchange.key: exchange for exchange in sent}
        for key, document in ours:
            self._match_document(document, by_key.get(key), key)

    def _ignored_sentence(self, numbers):
        shown = ", ".join(numbers[:SHOWN]) + (" …" if len(numbers) > SHOWN else "")
        return self.env._(
            "Documents that are not ours were ignored (%(count)s): %(numbers)s",
            count=len(numbers),
            numbers=shown,
        )

    def _match_document(self, document, sent, key):
        header = document.header
        refusal = self._get_refusal(document, sent, key)
        if refusal:
            level = "warning" if header.status == STATUS_DEFERRED else "error"
            self._say(refusal, level, header.source_line, document.key)
        elif sent.state == "matched":
            self._count(unchanged=1)
        else:
            sent.write(
                {
                    "state": "matched",
                    "external_number": document.key,
                    "external_date": header.issue_date,
                    "external_total": float(header.total_gross or 0),
                }
            )
            sent._on_document_matched(header)
            self.matched_count += 1
            self._tell_difference(document, sent)

    def _get_refusal(self, document, sent, key):
        """Return why a document with our key is not taken, or "" when it is."""
        if not sent:
            return self.env._("The document carries the key %s, which was never sent.", key)
        if document.header.status == STATUS_DEFERRED:
            return self.env._(
                "The document is still deferred in Subiekt: confirm it there and export it again."
            )
        if document.header.status == STATUS_CANCELLED:
            return self.env._("The document was cancelled in Subiekt.")
        if sent.state == "matched" and sent.external_number != document.key:
            return self.env._(
                "Two documents in Subiekt carry one key: %(first)s was matched before. Correct "
                "one of them there, else the sale is invoiced twice.",
                first=sent.external_number,
            )
        return ""

    def _tell_difference(self, document, sent):
        if sent.currency_id.is_zero(sent.amount_difference):
            return
        self._say(
            self.env._(
                "The total in Subiekt differs from ours by %(difference)s: %(theirs)s there, "
                "%(ours)s here.",
                difference=sent.currency_id.format(sent.amount_difference),
                theirs=sent.currency_id.format(sent.external_total),
                ours=sent.currency_id.format(sent.amount_total),
            ),
            line=document.header.source_line,
            symbol=document.key,
        )

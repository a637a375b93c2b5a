import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.service_contract.models.service_contract_document import ACTING
from odoo.addons.service_meter.tools.facts import keep_facts
from odoo.addons.service_meter.tools.rows import insert

QUESTIONS = [("work", "Is the work accepted?"), ("cost", "Are the costs agreed to?")]
ANSWERS = [
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("waived", "Settled Without Consent"),
]
CHANNELS = [
    ("panel", "Customer Panel"),
    ("link", "Link in an E-mail"),
    ("signature", "Signature on the Visit"),
    ("tacit", "Silence"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("paper", "Paper"),
    ("staff", "Staff"),
]
#: What is never changed; names and addresses can be made unreadable when a person has to be.
FACTS = [
    "key",
    "order_id",
    "question",
    "answer",
    "how",
    "date",
    "reason",
    "content",
    "sha256",
    "signature_sha256",
]


class ServiceAnswer(models.Model):
    """What a customer said of an order: whether the work is accepted, whether its cost is agreed.

    A row is evidence, with what was shown to whoever answered. Each asking has one answer,
    however often a button is pressed: its key is taken first, see :meth:`_take`.
    """

    _name = "service.answer"
    _description = "Customer's Answer"
    _order = "date desc, id desc"

    key = fields.Char(required=True, readonly=True)
    order_id = fields.Many2one(
        "service.order", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    visit_id = fields.Many2one(
        "service.visit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The signature is on this visit.",
    )
    question = fields.Selection(QUESTIONS, required=True, readonly=True)
    answer = fields.Selection(ANSWERS, required=True, readonly=True)
    how = fields.Selection(CHANNELS, required=True, readonly=True)
    date = fields.Datetime("When", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Person", readonly=True, index="btree_not_null", ondelete="set null"
    )
    signed_by = fields.Char("Name Given", readonly=True, help="As it was typed.")
    user_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, index="btree_not_null", ondelete="set null"
    )
    address = fields.Char("From Address", readonly=True)
    reason = fields.Text(readonly=True)
    signature = fields.Binary(readonly=True, attachment=True, help="As it was drawn, a PNG.")
    signature_sha256 = fields.Char("SHA-256 of the Signature", readonly=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", readonly=True)
    content = fields.Text("What Was Shown", readonly=True)
    sha256 = fields.Char("SHA-256 of What Was Shown", readonly=True)

    _key_uniq = models.UniqueIndex("(key)")

    def init(self):
        """Let the database itself keep the evidence."""
        keep_facts(self.env.cr, self._table, FACTS)

    @api.depends("question", "answer", "how", "partner_id", "signed_by")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = answer._in_words()

    def _in_words(self):
        """One sentence for people: what was said, by whom and how."""
        self.ensure_one()
        sentences = {
            ("work", "accepted"): self.env._("Work accepted"),
            ("work", "rejected"): self.env._("Work rejected"),
            ("cost", "accepted"): self.env._("Cost agreed to"),
            ("cost", "rejected"): self.env._("Cost refused"),
            ("cost", "waived"): self.env._("Cost settled without consent"),
        }
        channels = dict(self._fields["how"]._description_selection(self.env))
        # sudo: whoever sees the answer may know who gave it.
        person = self.signed_by or self.sudo().partner_id.name or self.sudo().user_id.name
        about = ", ".join(part for part in (person, channels.get(self.how)) if part)
        said = sentences.get((self.question, self.answer), "")
        return f"{said} ({about})" if about else said

    @api.model
    def _find(self, key):
        """The answer that was given to one asking, if any.

        :return: superuser record
        """
        # sudo: the program asks, for whoever answers.
        return self.sudo().search([("key", "=", key)], limit=1)

    @api.model
    def _take(self, order, vals, photos=(), signature=None):
        """Record an answer, once: the second of two presses finds the first one's.

        :param order: `service.order`
        :param dict vals: values, with the ``key`` of the asking
        :param photos: `ir.attachment` records
        :param bytes signature: a PNG, already checked
        :return: the answer, and whether it was recorded just now
        :raise UserError: the question was answered otherwise already
        """
        content = vals.get("content") or ""
        row = {
            "order_id": order.id,
            "company_id": order.company_id.id,
            "visit_id": None,
            "date": fields.Datetime.now(),
            "partner_id": None,
            "signed_by": None,
            "user_id": None,
            "address": None,
            "reason": None,
            "content": content,
            "sha256": hashlib.sha256(content.encode()).hexdigest(),
            "signature_sha256": hashlib.sha256(signature).hexdigest() if signature else None,
            **vals,
        }
        # sudo: nobody makes evidence by hand; what is answered here is judged by the caller.
        taken = insert(self.sudo(), [row], absent=["key"])
        if taken:
            taken.photo_ids = photos
            if signature:
                acting = taken.with_context(service_document_acts=ACTING)
                acting.signature = base64.b64encode(signature)
            return taken, True
        known = self._find(row["key"])
        known._check_same(row["answer"])
        return known, False

    def _check_same(self, answer):
        """Refuse to answer otherwise what was answered already."""
        if self.answer != answer:
            raise UserError(
                self.env._(
                    "This was answered already: %(answer)s. Write to us if it has to be otherwise.",
                    answer=self.display_name,
                )
            )

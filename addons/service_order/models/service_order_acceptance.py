from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from odoo.addons.service_contract.tools.drawing import read_drawing
from odoo.addons.service_meter.tools.repeat import alone, by_batches


class ServiceOrder(models.Model):
    """How the customer accepts the work that was done, or rejects it."""

    _inherit = "service.order"

    answer_ids = fields.One2many("service.answer", "order_id", string="Customer's Answers")
    accept_asked_on = fields.Datetime("Acceptance Asked For", readonly=True, copy=False)
    accept_until = fields.Datetime(
        "Silence Accepts",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the work counts as accepted unless the customer has answered.",
    )

    def _begin_stage(self):
        # EXTENDS 'service_order': each arrival at the acceptance is an asking of its own.
        asked = self.filtered(lambda order: order.stage_kind == "to_accept")
        # sudo: whoever moves the order on need not edit it.
        (self - asked).sudo().filtered("accept_until").write({"accept_until": False})
        for order in asked.sudo():  # sudo: as above
            now = fields.Datetime.now()
            order.write({"accept_asked_on": now, "accept_until": order._get_tacit_date(now)})
        return super()._begin_stage()

    def _get_tacit_date(self, now):
        """When silence counts as acceptance: where the contract says so, and the mail told it.

        :param datetime now: when the customer is asked
        :return: datetime, or False
        """
        days = self.contract_id.tacit_days
        if not days:
            return False
        reporter = self.reporter_id
        if self.stage_id.mail_template_id and reporter.email and self._service_opens_to(reporter):
            return now + timedelta(days=days)
        self._message_log(
            body=self.env._(
                "Silence does not accept this work, though the contract says so: there is nobody "
                "to whom an e-mail could say it. Ask the customer."
            )
        )
        return False

    def _get_tacit_text(self):
        """The sentence for the e-mail, empty where silence says nothing."""
        self.ensure_one()
        if not self.accept_until:
            return ""
        return self.env._(
            "If you don't answer by %(moment)s, the work counts as accepted, as our contract says.",
            moment=self._get_customer_date(self.accept_until),
        )

    # ------------------------------------------------------------------ evidence

    def _get_answer_key(self, question):
        """What is unique about the present asking."""
        asked = self.accept_asked_on if question == "work" else self.decision_asked_on
        return f"{question}/{self.id}/{asked and asked.isoformat()}"

    def _is_asked(self, question):
        """Whether the customer is to answer this now."""
        self.ensure_one()
        if question == "work":
            return self.stage_kind == "to_accept"
        return self.decision == "waiting"

    def _answer(self, question, answer, how, photos=(), signature=None, **facts):
        """Record what the customer says to what is asked now.

        :param str question: of ``service.answer``
        :param str answer: of ``service.answer``
        :param str how: of ``service.answer``
        :param photos: `ir.attachment` records
        :param bytes signature: a PNG, already checked
        :param facts: who said it: `partner_id`, `signed_by`, `user_id`, `address`, `reason`
        :return: the answer, and whether it was given just now
        :raise UserError: nothing is asked
        """
        self.ensure_one()
        key = self._get_answer_key(question)
        known = self.env["service.answer"]._find(key)
        if known:
            known._check_same(answer)
            return known, False
        if not self._is_asked(question):
            raise UserError(
                self.env._("%s waits for no answer any more. Look at how it stands.", self.name)
            )
        vals = {"key": key, "question": question, "answer": answer, "how": how, **facts}
        vals["content"] = self._describe_question(question)
        return self.env["service.answer"]._take(self, vals, photos, signature)

    def _describe_question(self, question):
        """What the customer is shown, in words: this is what the answer is about."""
        visits = self.visit_ids.filtered(lambda visit: visit.state == "done").sorted("id")
        rows = [self.name, self.device_id.display_name or "", self.description or ""]
        if question == "work":
            for visit in visits:
                when = format_datetime(self.env, visit.date_start)
                rows.append(
                    f"{when}, {visit.technician_name or ''}: {visit.description or ''}".strip()
                )
            rows += [f"{line.name}: {line._in_units()}" for line in self.line_ids.sorted("id")]
            rows += [
                protocol._describe() for visit in visits for protocol in visit.protocol_ids[:1]
            ]
        else:
            rows += self._describe_cost()
        return "\n".join(row for row in rows if row)

    # ------------------------------------------------------------------ answers

    def _accept_drawn(self, drawing, how, **facts):
        """The customer accepts the work by a drawn signature, in the panel or by a link.

        :param str drawing: a PNG as base64, as it came from outside
        :return: `service.answer`
        :raise UserError: nothing is drawn
        """
        signature = read_drawing(drawing)
        if not signature and self._is_asked("work"):
            raise UserError(self.env._("Draw your signature in the box."))
        return self._accept(how, signature=signature, **facts)

    def _accept(self, how, **facts):
        """The customer accepts the work: the order goes on to its settlement.

        :return: `service.answer`
        """
        # sudo: whoever accepts edits no orders; the caller judges who may.
        order = self.sudo()
        answer, is_new = order._answer("work", "accepted", how, **facts)
        if is_new:
            order._after_acceptance(answer)
        return answer

    def _after_acceptance(self, answer):
        """Go on; what stops the order is held against it, not against the customer."""
        self.accept_until = False
        self._message_log(body=answer._in_words())
        self._move_to_kind("to_settle")

    def _reject(self, how, reason, photos=(), **facts):
        """The customer rejects the work: it goes back, and the dispatcher is told.

        :param str reason: in the customer's words
        :param photos: tuples of file name and content, already checked
        :return: `service.answer`
        :raise UserError: no reason
        """
        reason = (reason or "").strip()[:2000]
        if not reason:
            raise UserError(self.env._("Write what is still wrong."))
        # sudo: as in _accept
        order = self.sudo()
        files = order.env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
                for name, content in photos
            ]
        )
        answer, is_new = order._answer("work", "rejected", how, files, reason=reason, **facts)
        if is_new:
            order._after_rejection(answer)
        else:
            files.unlink()
        return answer

    def _after_rejection(self, answer):
        """Put the order back to where the process says, with a task for the dispatcher."""
        self.accept_until = False
        people = self.user_id or self._get_dispatchers()
        words = f"{answer._in_words()}: {answer.reason}"
        self.with_context(service_answered_by=answer.partner_id.id).message_post(
            body=words,
            author_id=answer.partner_id.id or None,
            partner_ids=people.partner_id.ids,
            attachment_ids=answer.photo_ids.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        # The message has told them: the task needs no e-mail of its own.
        self.with_context(mail_activity_quick_update=True)._put_on_desk(
            "mail.mail_activity_data_warning",
            summary=self.env._("Work rejected"),
            note=answer.reason,
        )
        stage = self.type_id._get_rejection_stage()
        if stage:
            self._move_by_itself(stage)

    # ------------------------------------------------------------------ silence

    @api.model
    def _cron_tacit(self):
        """Accept what nobody has objected to in time, batch by batch."""
        by_batches(self, self._process_tacit, self._get_tacit_domain)

    @api.model
    def _get_tacit_domain(self):
        return [("accept_until", "<=", fields.Datetime.now()), ("stage_kind", "=", "to_accept")]

    @api.model
    def _process_tacit(self, limit=100):
        """Accept the next orders; one that cannot be goes to its dispatcher.

        :return: how many
        """
        orders = self.search(self._get_tacit_domain(), limit=limit).try_lock_for_update()
        for order in orders:
            with alone(self.env, order._leave_tacit):
                order._accept("tacit")
        return len(orders)

    def _leave_tacit(self, error):
        """Leave an order that silence could not accept to its dispatcher."""
        self.accept_until = False
        self._put_on_desk("mail.mail_activity_data_warning", note=str(error))

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        # EXTENDS 'mail': whoever answers by a link is the author of no user, and knows it already.
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        answered = self.env.context.get("service_answered_by")
        return [one for one in recipients if not answered or one["id"] != answered]

    def _service_may_act(self, action, contact):
        # EXTENDS 'service_customer': whoever may read an order may accept the work.
        if action == "accept":
            return self._service_opens_to(contact)
        return super()._service_may_act(action, contact)


class ServiceVisit(models.Model):
    """A signature at the end of a visit accepts the work."""

    _inherit = "service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: a visit recorded afterwards may be signed already."""
        visits = super().create(vals_list)
        visits._record_acceptance()
        return visits

    def write(self, vals):
        """EXTENDS base: see :meth:`_record_acceptance`."""
        result = super().write(vals)
        if not vals.keys().isdisjoint({"state", "signature"}):
            self._record_acceptance()
        return result

    def _record_acceptance(self):
        """Keep the evidence of visits that are finished and signed, each once."""
        for visit in self.filtered(lambda visit: visit.state == "done" and visit.signed_on):
            # sudo: a technician writes no evidence; the signature is there.
            order = visit.order_id.sudo()
            vals = {
                "key": f"work/visit/{visit.id}",
                "question": "work",
                "answer": "accepted",
                "how": "signature",
                "visit_id": visit.id,
                "date": visit.signed_on,
                "signed_by": visit.signed_by or None,
                "user_id": visit.technician_id.user_id.id or None,
                "content": order._describe_question("work"),
            }
            _answer, is_new = self.env["service.answer"]._take(order, vals)
            if is_new and order.stage_kind == "to_accept" and not order.next_visit_id:
                order._move_to_kind("to_settle")


class ServiceOrderType(models.Model):
    """Where rejected work goes."""

    _inherit = "service.order.type"

    rejection_stage_id = fields.Many2one(
        "service.stage",
        "Rejected Work Goes To",
        ondelete="set null",
        copy=False,
        domain="[('type_id', '=', id), ('kind', 'not in', ('done', 'cancelled', 'to_accept'))]",
        help="Empty: the first stage in which work is done, else the one in which it is accepted.",
    )

    @api.constrains("rejection_stage_id", "stage_ids")
    def _check_rejection_stage(self):
        for process in self:
            if process.rejection_stage_id.type_id not in (process, process.browse()):
                raise ValidationError(
                    self.env._(
                        "%(stage)s is not a stage of the process %(process)s. Choose one of its "
                        "own stages.",
                        stage=process.rejection_stage_id.name,
                        process=process.name,
                    )
                )

    def _get_rejection_stage(self):
        """The stage to which rejected work returns; empty where the process has none."""
        self.ensure_one()
        return self.rejection_stage_id or self._get_stage("working") or self._get_stage("accepted")

    def copy(self, default=None):
        """EXTENDS base: the copy's rejected work goes to its own stage."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            if old.rejection_stage_id:
                position = old.stage_ids.ids.index(old.rejection_stage_id.id)
                new.rejection_stage_id = new.stage_ids[position]
        return copies

from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_stage import CLOSED_KINDS


class ServiceOrder(models.Model):
    """How orders move through their process."""

    _inherit = "service.order"

    def _check_stage_move(self, stage):
        """Refuse an illegal move by a person.

        :param stage: the `service.stage` to move to
        :raise UserError: one sentence saying what is wrong and what to do
        """
        for order in self:
            problem = order._get_stage_move_problem(stage)
            if problem:
                raise UserError(problem)

    def _check_beginning(self):
        """Refuse an order that begins a process at a later stage it could not have been moved to.

        :raise UserError: one sentence saying what is wrong and what to do
        """
        for order in self.filtered(lambda order: order.stage_kind != "new"):
            problem = order._get_stage_problem(order.stage_id)
            if problem:
                raise UserError(problem)

    def _get_stage_move_problem(self, stage):
        """What forbids moving this order to a stage.

        :param stage: the `service.stage` to move to
        :return: a sentence for the user, or None when the move is legal
        """
        self.ensure_one()
        return None if stage == self.stage_id else self._get_stage_problem(stage)

    def _get_stage_problem(self, stage):
        """What forbids that this order is at a stage: a sentence for the user, or None."""
        if stage.type_id != self.type_id:
            return self.env._(
                "The stage %(stage)s belongs to the process %(other)s, but %(order)s follows "
                "%(process)s. Choose a stage of its own process.",
                stage=stage.name,
                other=stage.type_id.name,
                order=self.name,
                process=self.type_id.name,
            )
        return (
            self._get_group_problem(stage)
            or self._get_condition_problem(stage)
            or (stage.kind == "done" and self._get_done_problem())
            or (stage.kind == "cancelled" and self._get_cancel_problem())
            or None
        )

    def _get_group_problem(self, stage):
        """Whether somebody else has to make this move: a sentence, or None."""
        groups = stage.sudo().group_ids  # sudo: who may is no secret, the groups' records are.
        if self.env.su or not groups or groups & self.env.user.all_group_ids:
            return None
        return self.env._(
            "Only %(groups)s may move orders to %(stage)s. Ask one of them.",
            groups=", ".join(groups.mapped("name")),
            stage=stage.name,
        )

    def _get_condition_problem(self, stage):
        """What a stage asks for and the order lacks: a sentence, or None."""
        missing = self.env["service.stage.condition"]._missing(self, stage)
        if not missing:
            return None
        return self.env._(
            "Before %(order)s can go to %(stage)s, this is missing: %(missing)s.",
            order=self.name,
            stage=stage.name,
            missing=", ".join(missing.mapped("display_name")),
        )

    def _get_done_problem(self):
        """What is still missing before the order is done.

        :return: a sentence, or None
        """
        self.ensure_one()
        open_visits = self.visit_ids.filtered(
            lambda visit: visit.state in ("planned", "in_progress")
        )
        if open_visits:
            return self.env._(
                "%(order)s still has a visit that is not finished (%(technician)s). Finish or "
                "cancel the visit first.",
                order=self.name,
                technician=open_visits[0].technician_id.name,
            )
        unsettled = self.line_ids.filtered(lambda line: line.state != "settled")
        if unsettled:
            return self.env._(
                "%(order)s has work or parts that are not settled (%(lines)s). Settle the order "
                "first.",
                order=self.name,
                lines=", ".join(unsettled.mapped("name")),
            )
        return None

    def _get_cancel_problem(self):
        """What forbids cancelling: whatever has happened must be settled, not forgotten.

        :return: a sentence, or None
        """
        self.ensure_one()
        if "in_progress" in self.visit_ids.mapped("state"):
            return self.env._(
                "A technician is working on %(order)s right now. Finish or cancel the visit first.",
                order=self.name,
            )
        if self.line_ids.filtered(lambda line: line.state != "draft"):
            return self.env._(
                "Work or parts were already used on %(order)s. Settle it instead of cancelling.",
                order=self.name,
            )
        return None

    def _note_stage_move(self, stage):
        """What is to be remembered of orders that go to another stage."""
        vals = {"held_stage_id": False, "held_reason": False}
        if stage.kind == "done":
            vals["date_done"] = fields.Datetime.now()
        # sudo: these are the program's; whether the orders may go there was checked.
        self.sudo().write(vals)

    def _after_stage_move(self):
        """What follows from a stage by itself, whoever moved the order."""
        for order in self:
            if order.stage_kind == "cancelled":
                order.visit_ids.filtered(lambda visit: visit.state == "planned").action_cancel()
            if order.stage_kind not in ("new",):
                order._close_intake_activities()
        self._forget_steps()
        self._begin_stage()

    def _move_to_kind(self, kind):
        """Move orders to their stage of a kind because of something that has happened.

        Never fails: where the process lacks the kind, or a condition is not met, the order stays
        and says so in its log.

        :param str kind: a key of `service.stage.kind`
        :return: True when every order is now at the kind
        """
        moved = True
        # sudo: technicians and customers may not edit orders, but their visit moves the order on.
        for order in self.sudo():
            stage = order.type_id._get_stage(kind)
            if order.stage_kind == kind:
                continue
            if not stage:
                order._message_log(body=order._get_missing_kind_text(kind))
            moved &= bool(stage) and order._move_by_itself(stage)
        return moved

    def _move_by_itself(self, stage):
        """Move one order on because of something that has happened; held up, it says why.

        :param stage: a `service.stage` of its process
        :return: whether it is there now
        """
        self.ensure_one()
        problem = self._get_stage_move_problem(stage)
        if problem:
            self._hold(stage, problem)
        elif stage != self.stage_id:
            self.stage_id = stage
        return not problem

    def _after_visit(self):
        """Where an order goes when a visit of it has ended."""
        # sudo: technicians see their own visits only, and every visit counts here.
        for order in self.sudo():
            if order.next_visit_id:
                order.next_visit_id._bring_what_is_left()
                order._move_to_kind("planned")
            elif any(order.line_ids.mapped("is_waiting")):
                order._move_to_kind("waiting_parts")
            elif order._is_work_signed() or not order.type_id._get_stage("to_accept"):
                order._move_to_kind("to_settle")
            else:
                order._move_to_kind("to_accept")

    def _is_work_signed(self):
        """Whether the last visit was signed; an earlier signature says nothing of its work."""
        self.ensure_one()
        done = self.visit_ids.filtered(lambda visit: visit.state == "done")
        return bool(done.sorted("finished_on")[-1:].signed_on)

    def _get_missing_kind_text(self, kind):
        """The sentence about a step skipped for want of a stage."""
        self.ensure_one()
        kinds = dict(self.env["service.stage"]._fields["kind"]._description_selection(self.env))
        return self.env._(
            "The process %(process)s has no stage of the kind %(kind)s, so the order stays at "
            "%(stage)s.",
            process=self.type_id.name,
            kind=kinds[kind],
            stage=self.stage_id.name,
        )

    def _go_to_kind(self, kind):
        """Move one order on a person's order; the same check as dragging it.

        :raise UserError: when the process lacks the kind or the move is illegal
        """
        self.ensure_one()
        stage = self.type_id._get_stage(kind)
        if not stage:
            raise UserError(self._get_missing_kind_text(kind))
        self.write({"stage_id": stage.id})

    @api.model
    def _open_for_devices(self, devices):
        """The newest open order of each device.

        :param devices: `service.device` records
        :return: {`service.device`: `service.order`}, only devices that have one
        """
        orders = self.search_fetch(
            [("device_id", "in", devices.ids), ("stage_kind", "not in", CLOSED_KINDS)],
            order="date_reported, id",
        )
        return {order.device_id: order for order in orders}

    def action_accept(self):
        """Take a new request on; whoever accepts it becomes its dispatcher."""
        for order in self:
            if not order.user_id:
                order.user_id = self.env.user
            order._go_to_kind("accepted")

    def action_done(self):
        """Close settled orders."""
        for order in self:
            order._go_to_kind("done")

    def action_cancel(self):
        """Cancel orders on which nothing was used yet; planned visits are called off."""
        for order in self:
            order._go_to_kind("cancelled")

    def action_plan(self):
        """Open the form of a new visit of this order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Visit"),
            "res_model": "service.visit",
            "view_mode": "form",
            "views": [(self.env.ref("service_order.service_visit_view_form_plan").id, "form")],
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_technician_id": self.technician_id.id,
                "service_known_visit_ids": self.visit_ids.ids,
            },
        }

    def action_view_visits(self):
        """Open the visits of this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("service_order.service_visit_action")
        action |= {
            "domain": [("order_id", "=", self.id)],
            "context": {"default_order_id": self.id},
            "view_mode": "list,form,calendar",
            "views": [(False, "list"), (False, "form"), (False, "calendar")],
        }
        return action

from odoo import api, fields, models

from odoo.addons.service_meter.tools.repeat import alone, by_batches, in_words


class ServiceStageAct(models.Model):
    """How automatic steps are done: each alone, so that one that fails stops no other."""

    _inherit = "service.stage.act"

    def _run(self, orders):
        """Do one automatic step for some orders; one that fails is told to the dispatchers.

        A conflict with another transaction is not caught: then all is repeated.

        :param orders: `service.order` records at the stage
        """
        self.ensure_one()
        run = getattr(self, f"_run_{self.kind}")
        # sudo: steps are the administrator's; whoever moves the order, a technician by finishing
        # a visit or a customer by reporting, need not have the right to each of them.
        for order in orders.sudo():
            with alone(self.env, lambda error, order=order: self._fail(order, error)):
                run(order)

    def _fail(self, order, error):
        """Leave a failed step to people."""
        text = self.env._(
            "The automatic step “%(step)s” failed: %(problem)s",
            step=self.display_name,
            problem=in_words(error),
        )
        order._message_log(body=text)
        order._put_on_desk("mail.mail_activity_data_warning", note=text)

    def _run_assign(self, order):
        """Choose the technician of the region who has the skills and the fewest visits to come."""
        order._assign_technician()

    def _run_mail(self, order):
        """Send a message to those who follow the order."""
        order.message_post_with_source(
            self.template_id,
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _run_activity(self, order):
        """Give somebody a task: the person named, else those on whose desk the order is."""
        task = {"activity_type_id": self.activity_type_id.id, "summary": self.summary}
        if self.user_id:
            order.activity_schedule(user_id=self.user_id.id, **task)
        else:
            order._put_on_desk(**task)

    def _run_decision(self, order):
        """Ask for the customer's decision, unless it is known."""
        if not order.decision:
            order.decision = "waiting"

    def _run_visit(self, order):
        """Plan a visit in the technician's first free time, unless one is planned."""
        if not order.next_visit_id:
            order._plan_visit()

    def _run_move(self, order):
        """Go to another stage, unless something is missing there."""
        order._move_by_itself(self.target_stage_id)

    def _run_server(self, order):
        """Run what an administrator of the system has written."""
        context = {"active_model": order._name, "active_id": order.id, "active_ids": order.ids}
        self.action_id.with_context(**context).run()


class ServiceOrderStep(models.Model):
    """An automatic step that waits for its time.

    A row is a step still to be done: it goes with being done, and when the order leaves the stage.
    """

    _name = "service.order.step"
    _description = "Automatic Step to Come"
    _order = "date_due, id"
    _rec_name = "act_id"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    act_id = fields.Many2one(
        "service.stage.act", "Step", required=True, index=True, ondelete="cascade"
    )
    date_due = fields.Datetime("When", required=True, index=True)

    _order_act_uniq = models.Constraint(
        "UNIQUE(order_id, act_id)", "This step waits for its time already."
    )

    def _do(self):
        """Do steps whose time has come, each exactly once."""
        for act, steps in self.grouped("act_id").items():
            orders = steps.order_id.filtered(lambda order, act=act: order.stage_id == act.stage_id)
            steps.unlink()
            act._run(orders)

    @api.model
    def _cron_steps(self):
        """Do what is due, batch by batch, as long as there is time.

        A batch that met another transaction, as somebody moved an order, is repeated.
        """
        by_batches(self, self._process_due, self._due_domain)

    @api.model
    def _process_due(self, limit=100):
        """Do the next steps whose time has come; what another worker has taken is left to it.

        :return: how many
        """
        steps = self.search(self._due_domain(), limit=limit).try_lock_for_update()
        count = len(steps)
        steps._do()
        return count

    @api.model
    def _due_domain(self):
        return [("date_due", "<=", fields.Datetime.now())]

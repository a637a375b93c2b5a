from odoo import models

TITLE_LENGTH = 80
#: Stages that an order passes only sometimes.
SIDE_KINDS = {"waiting_parts", "waiting_customer", "cancelled"}


class ServiceOrder(models.Model):
    """What the customer panel tells of an order. To be called on superuser records whose reading
    has been checked."""

    _inherit = "service.order"

    def _service_link_files(self, files):
        # EXTENDS 'service_customer': the pictures of the page, too.
        done = self.visit_ids.filtered(lambda visit: visit.state == "done")
        shown = self.photo_ids | done._portal_photos()
        return super()._service_link_files(files) | (files & shown)

    def _portal_title(self):
        """:return: what the request is about in a few words of the customer."""
        self.ensure_one()
        if self.topic_id:
            return self.topic_id.name
        first_line = (self.description or "").strip().partition("\n")[0]
        if len(first_line) > TITLE_LENGTH:
            first_line = f"{first_line[: TITLE_LENGTH - 1].rstrip()}…"
        return first_line or self.env._("Service request")

    def _portal_steps(self):
        """Lay out the order's process in the customer's words.

        Neighbouring stages that the customer knows by the same words are one step; waiting is a
        step only while the order waits.

        :return: list of dicts ``name``, ``state`` (past, current, future) in the process' order;
            empty for a cancelled order, which has no way ahead
        """
        self.ensure_one()
        if self.stage_kind == "cancelled":
            return []
        names, current = [], 0
        for stage in self.type_id.stage_ids.sorted(lambda stage: (stage.sequence, stage.id)):
            if stage.kind in SIDE_KINDS and stage != self.stage_id:
                continue
            name = stage.customer_name or stage.name
            if not names or names[-1] != name:
                names.append(name)
            if stage == self.stage_id:
                current = len(names) - 1
        if self.stage_kind in ("to_settle", "done"):
            # Nothing is left for the customer to wait for.
            return [{"name": name, "state": "past"} for name in names]
        states = ["past"] * current + ["current"] + ["future"] * (len(names) - current - 1)
        return [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]

    def _portal_visit(self):
        """:return: the visit the customer waits for: the one under way, else the next planned."""
        self.ensure_one()
        awaited = self.visit_ids.filtered(lambda visit: visit.state in ("planned", "in_progress"))
        return awaited.sorted(lambda visit: (visit.state == "planned", visit.date_start))[:1]

    def _portal_parcels(self):
        """:return: parcels that were sent, newest first; one that is being packed is no news."""
        self.ensure_one()
        return self.parcel_ids.filtered(lambda parcel: parcel.state != "draft")

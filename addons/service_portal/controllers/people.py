from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import ServicePortal


class ServicePeoplePortal(ServicePortal):
    """Pages where a decision maker manages the company's people.

    What may be done is judged by ``service.membership``; for everybody else, and for people whom
    the decision maker can't manage, the pages do not exist.
    """

    @route(
        ["/my/people", "/my/people/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_people(self, page=1, search="", done=None, **kw):
        """List the people whose access the user manages, with their roles."""
        values = self._prepare_people_values(self._service_decisions(), page, search)
        values["done"] = self._get_done_sentences().get(done)
        return request.render("service_portal.portal_my_people", values)

    @route("/my/people/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_person_new(self, customer_id="", membership_id="", **post):
        """Show or take the invitation of a person, or one more role for a person of the list."""
        decisions = self._service_decisions()
        row = self._managed_row(membership_id) if membership_id else None
        customer = row.customer_id if row else self._managed_customer(decisions, customer_id)
        decisions = decisions.filtered(lambda one: one.customer_id == customer)

        def act(**vals):
            memberships = request.env["service.membership"]
            person = row and row.contact_id
            person = person or memberships._portal_find_person(
                customer, post.get("name"), post.get("email")
            )
            memberships._portal_give(customer, person, **vals)._portal_invite()

        values = {"customer": customer, "row": row, "is_new": True}
        return self._answer_person(decisions, post, values, act, "given" if row else "invited")

    @route(
        "/my/people/<int:membership_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_person(self, membership_id, **post):
        """Show one role of a person, or change it."""
        row = self._managed_row(membership_id)
        decisions = self._service_decisions(row.customer_id)
        values = {"customer": row.customer_id, "row": row, "is_new": False}
        return self._answer_person(decisions, post, values, row._portal_change, "changed")

    @route(
        "/my/people/<int:membership_id>/<any(off,on,remove,invite):act>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_person_act(self, membership_id, act, **post):
        """Switch all roles of the person off or on, take this one away, or invite again."""
        row = self._managed_row(membership_id)
        rows = self._rows_of_person(row)
        acts = {
            "off": lambda: rows._portal_switch(False),
            "on": lambda: rows._portal_switch(True),
            "remove": row._portal_take_away,
            "invite": lambda: row._portal_invite(again=True),
        }
        error = self._try(acts[act])
        if error:
            decisions = self._service_decisions(row.customer_id)
            values = {"customer": row.customer_id, "row": row, "is_new": False}
            return self._render_person(decisions, {}, values, error)
        return request.redirect(f"/my/people?done={act}")

    # Who and whose

    def _service_decisions(self, customer=None):
        """:return: superuser memberships with which the user decides
        :raise HTTPException: there are none; the page does not exist then"""
        decisions = request.env["service.membership"]._get_own_decisions(customer)
        if not decisions:
            raise request.not_found()
        return decisions

    def _managed_customer(self, decisions, customer_id):
        """:return: the customer with this id in text, or the only one there is"""
        customers = decisions.customer_id
        if customer_id:
            customers = customers.filtered(lambda one: str(one.id) == customer_id)
        if not customers:
            raise request.not_found()
        return customers[0]

    def _managed_row(self, membership_id):
        """:return: superuser membership that the user may change
        :raise HTTPException: foreign, own and missing ones do not exist alike"""
        decisions = self._service_decisions()
        row = self._managed_rows(decisions).filtered(lambda one: str(one.id) == str(membership_id))
        if not row:
            raise request.not_found()
        return row

    def _managed_rows(self, decisions):
        rows = decisions._get_managed(decisions)
        return rows.filtered(lambda row: row._is_manageable(decisions))

    def _rows_of_person(self, row):
        """:return: superuser memberships of the same person that the user may change"""
        return self._managed_rows(self._service_decisions(row.customer_id)).filtered(
            lambda one: one.contact_id == row.contact_id
        )

    # Values

    def _prepare_people_values(self, decisions, page, search):
        me = request.env.user.partner_id
        rows = decisions._get_managed(decisions).filtered(
            lambda row: row.contact_id == me or row._is_manageable(decisions)
        )
        words = self._get_words(search.casefold())
        people = [
            {"customer": customer, "contact": contact, "rows": roles, "is_me": contact == me}
            for (customer, contact), roles in rows.grouped(
                lambda row: (row.customer_id, row.contact_id)
            ).items()
            if all(word in f"{contact.name} {contact.email}".casefold() for word in words)
        ]
        people.sort(key=lambda one: (one["customer"].name, (one["contact"].name or "").casefold()))
        step = self._service_items_per_page
        pager = portal_pager(
            url="/my/people",
            url_args={"search": search} if search else {},
            total=len(people),
            page=page,
            step=step,
        )
        start = max(pager["offset"], 0)
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "service_people",
            "people": people[start : start + step],
            "total": len(people),
            "is_alone": not search and len(people) <= len(decisions.customer_id),
            "customers": decisions.customer_id,
            "role_names": self._get_labels("role"),
            "scope_label": lambda row: (
                self._get_scope_names()["all"] if row.scope == "all" else row._scope_label()
            ),
            "person_state": self._get_person_state,
            "search": search,
            "pager": pager,
        }

    def _get_person_state(self, rows):
        """:return: what the list says of a person's access: ``off``, ``ended``, ``later`` or a
        ``portal_state``"""
        live = rows.filtered("is_live")
        if live:
            return live[0].portal_state
        active = rows.filtered("active")
        if not active:
            return "off"
        today = fields.Date.context_today(active)
        return "later" if any(row.date_from > today for row in active) else "ended"

    def _get_labels(self, name):
        field = request.env["service.membership"]._fields[name]
        return dict(field._description_selection(request.env))

    def _get_scope_names(self):
        """:return: dict of kind of scope -> words for the company's own people"""
        return {**self._get_labels("scope"), "all": request.env._("The whole company")}

    def _get_done_sentences(self):
        """:return: dict of what has just been done -> sentence"""
        return {
            "invited": request.env._("The invitation is on its way."),
            "given": request.env._("The role is given. It counts at once."),
            "changed": request.env._("The access is changed. It counts at once."),
            "off": request.env._("The access is switched off. It counts at once."),
            "on": request.env._("The access is switched on again."),
            "remove": request.env._("The role is taken away. It counts at once."),
            "invite": request.env._("The invitation is on its way again."),
        }

    # Form

    def _answer_person(self, decisions, post, values, act, done):
        """Answer a GET with the form, a POST with the list or the form and what is wrong."""
        if request.httprequest.method != "POST":
            return self._render_person(decisions, post, values, None)
        scope = post.get("scope")
        chosen = decisions._scope_choices(decisions).get(scope) or request.env["res.partner"]
        texts = request.httprequest.form.getlist(f"{scope}_ids")
        ids = [record.id for record in chosen if str(record.id) in texts]
        error = self._try(lambda: act(role=post.get("role"), scope=scope, ids=ids))
        if error:
            return self._render_person(decisions, {**post, "ids": texts}, values, error)
        return request.redirect(f"/my/people?done={done}")

    def _render_person(self, decisions, post, values, error):
        row, choices = values["row"], decisions._scope_choices(decisions)
        roles = self._get_labels("role")
        if "all" not in choices:
            # Only who decides for the whole customer appoints its accounting contacts.
            roles.pop("accounting", None)
        if row and not values["is_new"]:
            listed = row.location_ids.ids if row.scope == "locations" else row.device_ids.ids
            post = {"role": row.role, "scope": row.scope, "ids": [str(i) for i in listed], **post}
        scopes = self._get_scope_names()
        return request.render(
            "service_portal.portal_person",
            {
                **self._prepare_portal_layout_values(),
                **values,
                "page_name": "service_person",
                "rows": self._rows_of_person(row) if row else None,
                "roles": roles,
                "scopes": {scope: scopes[scope] for scope in choices},
                "choices": choices,
                "post": {"role": "user", "scope": next(iter(choices)), "ids": [], **post},
                "error": error,
                "with_customer": len(self._service_decisions().customer_id) > 1,
            },
        )

from werkzeug.exceptions import abort

from odoo.http import request, route

from .order import ServiceOrderPortal
from .report import MAX_PHOTOS, ServiceReportPortal

ORDER = "service.order"


class ServiceAcceptancePortal(ServiceOrderPortal, ServiceReportPortal):
    """What the customer answers to an order: the work, and what it costs.

    People answer under their own login or by the personal link of an e-mail that asked them; a
    look at the page answers nothing.
    """

    @route(
        "/my/service/<int:order_id>/accept",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        service_limit=(10, 60),
    )
    def portal_service_accept(self, order_id, access_token=None, name="", signature="", **post):
        """Accept the work, by a drawn signature."""
        return self._take_answer(
            order_id,
            access_token,
            "accept",
            lambda order, facts: order._accept_drawn(signature, **facts),
            name,
        )

    @route(
        "/my/service/<int:order_id>/reject",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        service_limit=(10, 60),
    )
    def portal_service_reject(self, order_id, access_token=None, name="", reason="", **post):
        """Reject the work, saying why, perhaps with photos."""
        photos, refusal = self._get_answer_photos()
        return self._take_answer(
            order_id,
            access_token,
            "accept",
            lambda order, facts: order._reject(reason=reason, photos=photos, **facts),
            name,
            reason,
            refusal,
        )

    @route(
        "/my/service/<int:order_id>/agree",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        service_limit=(10, 60),
    )
    def portal_service_agree(self, order_id, access_token=None, name="", seen="", **post):
        """Agree to the costs as they were shown."""
        return self._take_answer(
            order_id,
            access_token,
            "agree",
            lambda order, facts: order._agree_as_seen(seen, **facts),
            name,
        )

    @route(
        "/my/service/<int:order_id>/refuse",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        service_limit=(10, 60),
    )
    def portal_service_refuse(self, order_id, access_token=None, name="", reason="", **post):
        """Refuse the costs, saying why."""
        return self._take_answer(
            order_id,
            access_token,
            "agree",
            lambda order, facts: order._refuse(reason=reason, **facts),
            name,
            reason,
        )

    # Shared

    def _take_answer(self, order_id, token, action, act, name, reason="", refusal=None):
        """Do what somebody from outside answers.

        :param str action: what the person, or the link, has to be allowed
        :param act: called with the order and who answers
        :param str refusal: why it is refused before that
        :return: the page: the next one, or this one with the sentence and all that was typed
        """
        order_sudo, person, link = self._get_order_to_answer(order_id, token, action)
        facts = {
            "how": "link" if link else "panel",
            "partner_id": person.id,
            "signed_by": (name.replace("\0", "").strip() or person.name)[:128],
            "address": request.httprequest.remote_addr,
        }
        error = refusal or self._try(lambda: act(order_sudo, facts))
        if error:
            if link:
                order_sudo = self._show_by_link(order_sudo, link, token)
            values = self._prepare_order_values(order_sudo, link and token, None)
            values |= {"error": error, "typed_reason": reason, "typed_name": name}
            return request.render("service_portal.portal_my_service_order", values)
        query = {"answered": 1} | ({"access_token": token} if link else {})
        return request.redirect_query(f"/my/service/{order_id}", query)

    def _get_order_to_answer(self, order_id, token, action):
        """Find an order for an answer of the customer.

        :return: superuser order, who answers, and the link by which (or none)
        :raise HTTPException: as for reading; also for our staff, who answer for nobody
        """
        user = request.env.user
        if user._is_portal():
            order_sudo = self._service_record(ORDER, order_id)
            if not order_sudo._service_may_act(action, user.partner_id):
                raise request.not_found()
            return order_sudo, user.partner_id, None
        link = request.env["service.link"]._find(token)
        # Superuser: the link judges.
        order_sudo = request.env[ORDER].sudo().browse(order_id)
        if user._is_public() and link and link._opens(order_sudo, action):
            return order_sudo, link.contact_id, link
        if not user._is_public():
            raise request.not_found()
        if link:
            # The page there says why the link is over, or shows the order to who may only read.
            abort(request.redirect(f"/service/l/{token}", 303))
        abort(request.redirect_query("/web/login", {"redirect": f"/my/service/{order_id}"}))

    def _get_answer_photos(self):
        """:return: (tuples of name and content, the sentence why they are refused or None)"""
        errors = {}
        photos = self._check_photos(errors)
        names = [
            request.env._("Photo %(number)s.jpg", number=number + 1)
            for number in range(len(photos))
        ]
        return list(zip(names, photos, strict=True)), errors.get("photos")

    def _prepare_order_values(self, order_sudo, access_token, reported):
        # EXTENDS 'service_portal': what this visitor may answer.
        values = super()._prepare_order_values(order_sudo, access_token, reported)
        user = request.env.user
        link = request.env["service.link"]._find(access_token)

        def may(action):
            if user._is_public():
                return bool(link) and link._opens(order_sudo, action)
            return user._is_portal() and order_sudo._service_may_act(action, user.partner_id)

        awaits_cost = order_sudo.decision == "waiting"
        person = user.partner_id if user._is_portal() else link.contact_id
        may_agree = awaits_cost and may("agree")
        return values | {
            "may_accept": order_sudo.stage_kind == "to_accept" and may("accept"),
            "may_agree": may_agree,
            "awaits_cost": awaits_cost,
            # Names of colleagues only, for people of the customer.
            "deciders": order_sudo._decision_makers() if awaits_cost and not may_agree else [],
            "cost_lines": order_sudo._lines_to_agree().sorted("id") if may_agree else [],
            "cost_sums": order_sudo._get_cost_sums() if may_agree else {},
            "cost_seen": order_sudo._get_cost_seal() if may_agree else "",
            # What the service decided without the customer is not the customer's answer.
            "answers": order_sudo.answer_ids.filtered(lambda one: one.answer != "waived"),
            "answered": "answered" in request.params,
            # Their turn is over, whatever stage the service leaves it at.
            "is_decided": order_sudo.decision in ("agreed", "refused"),
            "answer_token": access_token if link else "",
            "typed_name": person.name or "",
            "typed_reason": "",
            "error": "",
            "max_photos": MAX_PHOTOS,
        }

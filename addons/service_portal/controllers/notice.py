from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import html2plaintext

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import ServicePortal

PREVIEW = 140
#: Models whose records are shown together, on one page.
PAGES = {"service.reading.request": "/my/readings"}


class ServiceNoticePortal(ServicePortal):
    """What a person was told, read and unread; and how the person wants to be told."""

    def _prepare_home_portal_values(self, counters):
        # EXTENDS 'portal'
        values = super()._prepare_home_portal_values(counters)
        if "service_notice_count" in counters:
            unread = self._get_notice_domain() & Domain("is_read", "=", False)
            values["service_notice_count"] = self._get_notices().search_count(unread)
        return values

    @route(
        ["/my/notifications", "/my/notifications/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_notifications(self, page=1, **kw):
        """List what the person was told, the newest first."""
        notices = self._get_notices()
        total = notices.search_count(self._get_notice_domain())
        step = self._service_items_per_page
        pager = portal_pager("/my/notifications", total=total, page=page, step=step)
        found = notices.search(
            self._get_notice_domain(),
            order="id desc",
            limit=step,
            offset=pager["offset"],
        )
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_notices",
            "rows": self._prepare_notice_rows(found),
            "has_unread": bool(found.filtered(lambda one: not one.is_read)),
            "pager": pager,
        }
        return request.render("service_portal.portal_my_notifications", values)

    @route("/my/notifications/<int:notice_id>", type="http", auth="user", website=True)
    def portal_my_notification(self, notice_id, **kw):
        """Go to what a notification is about; it is read then."""
        own = self._get_notice_domain() & Domain("id", "=", notice_id)
        notice = self._get_notices().search(own)
        if not notice:
            raise request.not_found()
        notice.is_read = True
        url = self._get_notice_urls(notice).get(notice, "/my/notifications")
        return request.redirect(url)

    @route("/my/notifications/read", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_notifications_read(self, **post):
        """Mark all as read."""
        unread = self._get_notice_domain() & Domain("is_read", "=", False)
        self._get_notices().search(unread).write({"is_read": True})
        return request.redirect("/my/notifications")

    @route(
        "/my/notifications/settings",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_my_notification_settings(self, saved=None, **post):
        """Show or take how the person wants to hear of each kind of event."""
        notices = request.env["service.notice"]
        kinds = notices._kinds_for(self._get_notice_roles())
        partner = request.env.user.partner_id
        if request.httprequest.method == "POST":
            notices._choose(partner, {kind: post[kind] for kind in kinds if kind in post})
            return request.redirect("/my/notifications/settings?saved=1")
        labels = dict(notices._fields["kind"]._description_selection(request.env))
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "service_notice_choice",
            "rows": [
                {
                    "kind": kind,
                    "label": labels[kind],
                    "channel": notices._channels_of(partner.ids, kind).get(partner.id, "both"),
                    "channels": notices._channels_for(kind),
                    "rule": notices._why_no_less(kind),
                }
                for kind in kinds
            ],
            "saved": bool(saved),
        }
        return request.render("service_portal.portal_my_notification_settings", values)

    # Values

    def _get_notices(self):
        # Superuser: people of customers see no notifications but these, which are their own.
        return request.env["mail.notification"].sudo()

    def _get_notice_domain(self):
        return Domain("res_partner_id", "=", request.env.user.partner_id.id) & Domain(
            "service_listed", "=", True
        )

    def _get_notice_roles(self):
        """:return: roles that the person has anywhere; of who never had one, all that see work"""
        user = request.env.user
        if not user._is_service_person():
            return {"decision", "user"}
        # Superuser: these rows are about the person alone.
        memberships = request.env["service.membership"].sudo()
        return set(memberships.search(user._service_live_domain()).mapped("role"))

    def _get_notice_urls(self, notices):
        """:return: dict notification -> address of what it is about, as far as the roles open it"""
        urls = {}
        for model, of_model in notices.grouped(lambda one: one.mail_message_id.model).items():
            if not model or model not in request.env:
                continue
            ids = of_model.mail_message_id.mapped("res_id")
            documents = request.env[model].browse(ids).exists()
            opened = set(documents._filtered_access("read").ids)
            for notice in of_model:
                if notice.mail_message_id.res_id not in opened:
                    continue
                # Superuser: judged above.
                document = request.env[model].sudo().browse(notice.mail_message_id.res_id)
                urls[notice] = PAGES.get(model) or self._get_document_url(document)
        return urls

    def _get_document_url(self, document):
        """:return: address of a document's page; a visit is shown on the page of its order"""
        page = next(iter(document._service_link_documents()), document)
        return page.access_url if "access_url" in page else "/my"

    def _prepare_notice_rows(self, notices):
        """:return: list of dicts; of what the roles open no more, only that something was said"""
        urls = self._get_notice_urls(notices)
        rows = []
        for notice in notices:
            message = notice.mail_message_id
            text = " ".join(html2plaintext(message.body or "").split())
            opened = notice in urls
            title = message.subject or message.record_name or text[:PREVIEW]
            rows.append(
                {
                    "url": f"/my/notifications/{notice.id}" if opened else "",
                    "title": title if opened else request.env._("No longer open to you"),
                    "text": text[:PREVIEW] if opened and message.message_type == "comment" else "",
                    "date": message.date,
                    "is_read": notice.is_read,
                }
            )
        return rows

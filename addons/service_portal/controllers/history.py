from datetime import date
from urllib.parse import urlencode

from odoo import fields
from odoo.fields import Domain
from odoo.http import content_disposition, request, route

from .portal import ServicePortal

FILES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ServiceHistoryPortal(ServicePortal):
    """The history of a customer's device: on a page, as PDF and as a spreadsheet."""

    _history_per_page = 30

    @route(
        [
            "/my/devices/<int:device_id>/history",
            "/my/devices/<int:device_id>/history/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_device_history(
        self, device_id, page=1, kind="", date_from="", date_to="", file="", **kw
    ):
        """Show what happened to a device, of one kind and time if wanted.

        :param file: ``pdf`` or ``xlsx`` to download what was chosen instead
        """
        device_sudo = self._service_record("service.device", device_id)
        choice = self._get_history_choice(device_sudo, kind, date_from, date_to)
        if file in FILES:
            return self._make_history_file(device_sudo, choice, file)
        values = self._prepare_history_values(device_sudo, choice, page)
        return request.render("service_portal.portal_my_device_history", values)

    def _get_history_choice(self, device_sudo, kind, date_from, date_to):
        """:return: a choice of events, never saved, under the user's own rights; what was typed
        wrongly into the address chooses nothing"""
        choice = request.env["service.device.history.print"]
        return choice.new(
            {
                "device_ids": device_sudo.ids,
                "kind": kind if kind in self._get_history_kinds() else False,
                "date_from": self._read_date(date_from),
                "date_to": self._read_date(date_to),
            }
        )

    def _read_date(self, text):
        try:
            day = fields.Date.to_date(text)
        except ValueError:
            return False
        # The days around it are computed, which the calendar's first and last don't have.
        return day and date.min.year < day.year < date.max.year and day

    def _get_history_kinds(self):
        events = request.env["service.device.event"]
        return dict(events._fields["kind"]._description_selection(request.env))

    def _prepare_history_values(self, device_sudo, choice, page):
        url = f"/my/devices/{device_sudo.id}/history"
        chosen = {
            "kind": choice.kind or "",
            "date_from": fields.Date.to_string(choice.date_from) or "",
            "date_to": fields.Date.to_string(choice.date_to) or "",
        }
        arguments = {name: value for name, value in chosen.items() if value}
        history, paging = self._get_page(
            "service.device.event",
            choice._get_domain(),
            "date desc, id desc",
            page,
            url,
            arguments,
            step=self._history_per_page,
        )
        there = request.env["service.device.event"]._read_group(
            Domain("device_id", "=", device_sudo.id), ["kind"]
        )
        labels = self._get_history_kinds()
        return {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_history",
            "device": device_sudo,
            # sudo to show: they were found under the user's own rights.
            "history": history.sudo(),
            "kinds": {"": request.env._("Everything")} | {key: labels[key] for (key,) in there},
            "chosen": chosen,
            "url": url,
            "file_url": f"{url}?{urlencode({**arguments, 'file': ''})}",
            **paging,
        }

    def _make_history_file(self, device_sudo, choice, file):
        if file == "xlsx":
            content = choice._make_xlsx()
        else:
            # sudo as core's portal reports: the choice finds its events under the user's rights.
            content, _type = (
                request.env["ir.actions.report"]
                .sudo()
                ._render_qweb_pdf(
                    "service_device.action_report_history",
                    device_sudo.ids,
                    data={"wizard": choice},
                )
            )
        name = f"{request.env._('history')}-{device_sudo.name}.{file}"
        return request.make_response(
            content,
            [("Content-Type", FILES[file]), ("Content-Disposition", content_disposition(name))],
        )

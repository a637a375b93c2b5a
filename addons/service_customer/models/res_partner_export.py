import io
import json
import zipfile

from odoo import fields, models

SCALARS = frozenset(
    {"char", "text", "html", "date", "datetime", "selection", "boolean", "integer", "float"}
)
#: Models whose rows are told in words of their own, or say nothing beside who is told of what.
TOLD = frozenset(
    {"mail.followers", "mail.message", "mail.notification", "res.users", "service.membership"}
)
MOST = 1000


class ResPartner(models.Model):
    """Everything about one person in one file: what the person may ask for."""

    _inherit = "res.partner"

    def _service_export_person(self):
        """Pack what is known about the person.

        :return: bytes of a ZIP with ``person.json`` and the person's files
        """
        self._service_check_administrator()
        self._service_check_person()
        # Judged above; the person's data lies where no role of the service looks.
        person = self.sudo().with_context(active_test=False)
        sections = person._service_export_sections()
        files = person._service_export_files()
        sections["files"] = [_path_of(file) for file in files]
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps(sections, ensure_ascii=False, indent=2, default=str)
            archive.writestr("person.json", text)
            for file in files:
                archive.writestr(_path_of(file), file.raw or b"")
        return output.getvalue()

    def _service_export_sections(self):
        """What goes into the file, as superuser; upper addons add sections.

        :return: dict ``{section: what JSON can hold}``
        """
        self.ensure_one()
        return {
            "exported_on": fields.Datetime.now(),
            "contact": self._service_export_fields(self),
            "roles": [
                {
                    "customer": row.customer_id.display_name,
                    "role": row.role,
                    "scope": row._scope_label(),
                    "since": row.date_from,
                    "until": row.date_to or None,
                }
                for row in self.service_person_membership_ids
            ],
            "accounts": [self._service_export_account(user) for user in self.user_ids],
            "messages": self._service_export_messages(),
            "documents": self._service_export_documents(),
        }

    def _service_export_fields(self, record):
        """Stored values of one record that are not empty, by the fields' labels."""
        values = {}
        for name, field in sorted(record._fields.items()):
            value = record[name] if field.store or field.related else False
            if value is False or value is None or value == "":
                continue
            if field.type in SCALARS:
                values[name] = value
            elif field.type == "many2one" and value:
                values[name] = value.display_name
        return values

    def _service_export_account(self, user):
        devices = self.env["res.device.log"].search([("user_id", "=", user.id)])
        return {
            "login": user.login,
            "active": user.active,
            "created_on": user.create_date,
            "last_login": user.login_date or None,
            "logins": [
                {
                    "address": device.ip_address,
                    "browser": device.browser,
                    "platform": device.platform,
                    "first": device.first_activity,
                    "last": device.last_activity,
                }
                for device in devices
            ],
        }

    def _service_export_messages(self):
        messages = self.env["mail.message"].search(self._service_messages_domain(), order="id")
        return [
            {
                "date": message.date,
                "on": message.record_name or None,
                "from": message.email_from or None,
                "subject": message.subject or None,
                "text": message.body,
            }
            for message in messages
        ]

    def _service_export_documents(self):
        """Names of the records that name the person, by model and field."""
        found = {}
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto or model._name in TOLD:
                continue
            for name, field in model._fields.items():
                if field.type != "many2one" or field.comodel_name != self._name or not field.store:
                    continue
                if field.company_dependent:
                    continue
                # Judged before: the person's data lies where no role looks.
                records = model.sudo().with_context(active_test=False)
                records = records.search([(name, "=", self.id)], limit=MOST)
                if records:
                    found[f"{model._name}.{name}"] = records.mapped("display_name")
        return found

    def _service_export_files(self):
        """Files of the person, as superuser: those on the contact and in own messages.

        :return: ir.attachment; upper addons add theirs
        """
        messages = self.env["mail.message"].search(self._service_messages_domain())
        photo = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "image_1920"),
            ]
        )
        return self._service_own_files() | messages.attachment_ids | photo


def _path_of(file):
    """:return: the file's place in the archive; names of two files may be the same"""
    return f"files/{file.id}-{(file.name or 'file').replace('/', '_')}"

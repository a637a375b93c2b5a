from odoo import fields, models
from odoo.tools import SQL


class ServiceDevice(models.Model):
    """The sources of a device's history, see `service.device.event`."""

    _inherit = "service.device"

    event_ids = fields.One2many("service.device.event", "device_id", string="History")

    def action_open_history(self):
        """Open the history of these devices.

        Said here instead of read from the menu's action, which takes as many queries as the page.
        """
        domain = [("device_id", "in", self.ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Device History"),
            "res_model": "service.device.event",
            "view_mode": "list,kanban",
            "path": "service-device-history",
            "domain": domain,
            "context": {"service_one_device": len(self) == 1},
        }

    def _history_sources(self):
        """The selects that together are the history; each addon adds its own to ``super()``.

        Every select has these columns in this order: id (source id * 16 + slot of the source),
        device_id, date, kind, audience, customer_id, location_id, company_id, summary, user_id,
        res_model, res_id. The fields read must also be named in `_depends` of the event model.

        :return: list of `SQL`
        """
        return [
            self._history_source_placement(),
            self._history_source_message(),
            self._history_source_stock(),
        ]

    def _history_moment(self, day, recorded):
        """When something happened of which only the day is known, as an SQL expression.

        On the day itself it is the moment it was recorded, so that it stands after what led to it;
        recorded later or ahead, it is the beginning of its day.

        :param SQL day: a date
        :param SQL recorded: a timestamp, such as the row's ``create_date``
        """
        return SQL(
            "CASE WHEN %(recorded)s::date = %(day)s THEN %(recorded)s ELSE %(day)s::timestamp END",
            day=day,
            recorded=recorded,
        )

    def _history_source_placement(self):
        """Slot 1: the beginnings of placements, told by status and place."""
        return SQL(
            """
            SELECT placement.id::bigint * 16 + 1 AS id,
                   placement.device_id,
                   placement.date_start AS date,
                   'placement' AS kind,
                   CASE WHEN placement.customer_id IS NULL THEN 'staff' ELSE 'customer' END
                       AS audience,
                   placement.customer_id,
                   placement.location_id,
                   placement.company_id,
                   concat_ws(': ', %(status)s,
                       COALESCE(location.complete_name, customer.complete_name,
                                stock_location.complete_name)) AS summary,
                   placement.user_id,
                   'service.device.placement' AS res_model,
                   placement.id AS res_id
              FROM service_device_placement placement
              LEFT JOIN res_partner customer ON customer.id = placement.customer_id
              LEFT JOIN res_partner location ON location.id = placement.location_id
              LEFT JOIN stock_location ON stock_location.id = placement.stock_location_id
            """,
            status=self._sql_selection_label(
                "service.device.placement", "status", SQL("placement.status")
            ),
        )

    def _history_source_message(self):
        """Slot 10: messages and notes that people wrote on the device; for staff only."""
        return self._select_messages(
            "service.device",
            SQL(
                """
                JOIN service_device record ON record.id = message.res_id
                LEFT JOIN service_device_placement placement
                  ON placement.device_id = record.id
                 AND placement.date_start <= message.date
                 AND (placement.date_end IS NULL OR placement.date_end > message.date)
                """
            ),
            device=SQL("record.id"),
            customer=SQL("placement.customer_id"),
            location=SQL("placement.location_id"),
            summary=self._message_text(),
        )

    def _select_messages(self, model, joins, **parts):
        """What people wrote on the records of a model: slot 10, for staff only.

        :param str model: its name; numbers of messages are of all models, so they share the slot
        :param SQL joins: tables, the model's named ``record``, joined to ``message``
        :param parts: SQL of ``device``, ``customer``, ``location`` and ``summary``
        """
        return SQL(
            """
            SELECT message.id::bigint * 16 + 10 AS id,
                   %(device)s AS device_id,
                   message.date,
                   'message' AS kind,
                   'staff' AS audience,
                   %(customer)s AS customer_id,
                   %(location)s AS location_id,
                   record.company_id,
                   %(summary)s AS summary,
                   author.id AS user_id,
                   %(model)s AS res_model,
                   record.id AS res_id
              FROM mail_message message
              %(joins)s
              LEFT JOIN LATERAL (
                   SELECT id FROM res_users
                    WHERE partner_id = message.author_id ORDER BY id LIMIT 1
              ) author ON TRUE
             WHERE message.model = %(model)s
               AND message.message_type IN ('comment', 'email')
               AND %(device)s IS NOT NULL
            """,
            model=model,
            joins=joins,
            **parts,
        )

    def _message_text(self):
        """The beginning of what a message says, without its markup."""
        return SQL("left(btrim(regexp_replace(message.body, '(<[^>]*>|\\s)+', ' ', 'g')), 200)")

    def _history_source_stock(self):
        """Slot 11: stock moves of the serial number that no placement stands for; staff only."""
        return SQL(
            """
            SELECT line.id::bigint * 16 + 11 AS id,
                   device.id AS device_id,
                   line.date,
                   'stock' AS kind,
                   'staff' AS audience,
                   NULL::integer AS customer_id,
                   NULL::integer AS location_id,
                   line.company_id,
                   concat_ws(' → ', source.complete_name, target.complete_name) AS summary,
                   line.create_uid AS user_id,
                   'stock.move.line' AS res_model,
                   line.id AS res_id
              FROM stock_move_line line
              JOIN service_device device ON device.lot_id = line.lot_id
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location target ON target.id = line.location_dest_id
             WHERE line.state = 'done'
               AND NOT EXISTS (
                   SELECT 1 FROM service_device_placement placement
                    WHERE placement.stock_move_id = line.move_id
                      AND placement.device_id = device.id)
            """
        )

    def _sql_selection_label(self, model_name, field_name, column):
        """SQL that turns a selection's stored value into its label in the user's language.

        :param column: `SQL` of the stored value
        """
        field = self.env[model_name]._fields[field_name]
        labels = field._description_selection(self.env)
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", value, label) for value, label in labels)
        return SQL("CASE %s %s END", column, cases)

    def _sql_number(self, column):
        """SQL of a number as the user's language writes it: 12 345,5.

        :param column: `SQL` of the number
        """
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        signs = f"{lang.decimal_point or '.'}{lang.thousands_sep or ''}"
        plain = SQL("rtrim(to_char(%s, 'FM999,999,999,999,990.999'), '.')", column)
        return SQL("translate(%s, '.,', %s)", plain, signs)

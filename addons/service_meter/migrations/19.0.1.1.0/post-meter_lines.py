from odoo.tools import SQL

RELATION = "service_device_model_service_meter_type_rel"


def migrate(cr, version):
    """Meters of a model have become lines that say how each counts; A3 has its counter."""
    cr.execute(
        """
        UPDATE service_meter_type type
           SET a3_type_id = a3.id
          FROM service_meter_type a3
         WHERE a3.code = 'a3' AND type.code IN ('mono', 'colour', 'total')
        """
    )
    # Until now only a contradiction made a reading suspect, mostly with the one before it.
    cr.execute(
        """
        UPDATE service_meter_reading
           SET suspicion = 'lower'
         WHERE verdict = 'suspect' AND suspicion IS NULL
        """
    )
    cr.execute(SQL("SELECT to_regclass(%s)", RELATION))
    if not cr.fetchone()[0]:
        return
    cr.execute(
        SQL(
            """
            INSERT INTO service_device_model_meter (model_id, type_id, sequence, a3)
            SELECT relation.service_device_model_id, type.id, type.sequence, 'once'
              FROM %s relation
              JOIN service_meter_type type ON type.id = relation.service_meter_type_id
                ON CONFLICT DO NOTHING
            """,
            SQL.identifier(RELATION),
        )
    )
    cr.execute(SQL("DROP TABLE %s", SQL.identifier(RELATION)))

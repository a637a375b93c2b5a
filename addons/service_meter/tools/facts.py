"""Rows that the database itself keeps as they are, whoever writes to it and by what route."""

from odoo.tools import SQL

FUNCTION = SQL.identifier("service_meter_keep_fact")


def keep_facts(cr, table, columns, derived=None, when=None, name="change"):
    """Make the database refuse to change these columns, and to delete rows.

    The trigger's own condition asks first, so that updates of other columns cost nothing.

    :param str table: the table of the facts
    :param list columns: what is never changed
    :param str derived: a column that follows from other rows where the meter is computed
    :param SQL when: the condition on OLD and NEW under which a row is such a fact; None: always
    :param str name: of a further set of columns of the table, kept under another condition
    """
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_ARGV[0] = 'derived' THEN
                    IF EXISTS (SELECT FROM service_meter
                                WHERE id = OLD.meter_id AND kind = 'computed') THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'What was observed is never changed.'
                      USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
            END $$
            """,
            FUNCTION,
        )
    )
    when = when or SQL("TRUE")
    _refuse(cr, table, name, "UPDATE", SQL("(%s) AND %s", when, _differ(columns)), SQL())
    if name == "change":
        _refuse(cr, table, "deletion", "DELETE", when, SQL())
    if derived:
        _refuse(cr, table, "derived", "UPDATE", _differ([derived]), SQL("'derived'"))


def release_facts(cr):
    """Take the function away, and with it the triggers that call it."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", FUNCTION))


def _refuse(cr, table, name, event, condition, argument):
    cr.execute(
        SQL(
            """
            DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
            CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s
                FOR EACH ROW WHEN (%(condition)s) EXECUTE FUNCTION %(function)s(%(argument)s)
            """,
            name=SQL.identifier(f"{table}_keep_{name}"),
            table=SQL.identifier(table),
            event=SQL(event),
            condition=condition,
            function=FUNCTION,
            argument=argument,
        )
    )


def _differ(columns):
    """That the row would change in one of the columns."""
    old, new = (
        SQL("ROW(%s)", SQL(", ").join(SQL("%s.%s", row, SQL.identifier(c)) for c in columns))
        for row in (SQL("OLD"), SQL("NEW"))
    )
    return SQL("%s IS DISTINCT FROM %s", old, new)

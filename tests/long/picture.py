"""Pictures of a database: its structure and its rows, to be compared with another moment."""

# Where each difference is of no meaning, or is compared otherwise.
VOLATILE = {
    "bus_bus",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "orm_signaling_assets",
    "orm_signaling_default",
    "orm_signaling_groups",
    "orm_signaling_registry",
    "orm_signaling_routing",
    "orm_signaling_stable",
    "orm_signaling_templates",
    "res_config_settings",  # a page that was saved; Odoo deletes it later
    "res_device_log",
    "res_users_log",
}
MOVING_COLUMNS = {"write_date", "write_uid", "create_date", "create_uid"}
VOLATILE_ROWS = {
    # Who inherits whom: an addon that extends mail.thread is noted for each heir that is loaded
    # before it, and no longer when it is upgraded.
    "ir_model_data": "model = 'ir.model.inherit'",
    # Defaults, written when the settings are saved, as our addons do once; the address that
    # scripts/run serves at.
    "ir_config_parameter": "key IN ('base_geolocalize.geo_provider', "
    "'product.volume_in_cubic_feet', 'product.weight_in_lbs', 'report.url', "
    "'service_customer.keep_address_days')",
}

STRUCTURE = """
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL
    SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       -- core says it twice, otherwise each time: what was set up last holds
       AND conname != 'rule_group_rel_group_id_fkey'
     UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL
    SELECT 'sequence ' || sequencename FROM pg_sequences
     WHERE schemaname = 'public' AND sequencename !~ '^ir_sequence_[0-9]'  -- those are data
     UNION ALL
    SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def structure(world) -> set[str]:
    """Tables with their columns, constraints, indexes, sequences and functions, as sentences."""
    return set(world.query(STRUCTURE))


def rows(world) -> dict[str, str]:
    """``{table: number of rows}``."""
    return _each_table(world, "count(*)::text")


def checksums(world, without: dict[str, set[str]] | None = None) -> dict[str, str]:
    """``{table: number of rows and a checksum of what they hold}``, whatever their order.

    :param without: ``{table: columns that are left out}``, besides who wrote a row and when
    """
    checksum = "count(*) || ' ' || md5(string_agg({row}, chr(10) ORDER BY {row}))"
    return _each_table(world, checksum, without)


def columns(world) -> dict[str, set[str]]:
    """``{table: its columns}``."""
    found = {}
    for line in world.query(
        "SELECT table_name || '|' || column_name FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    ):
        table, column = line.split("|")
        found.setdefault(table, set()).add(column)
    return found


def difference(before, after) -> list[str]:
    """What is not the same in two pictures, as sentences."""
    if isinstance(before, set):
        return sorted(
            [f"gone: {line}" for line in before - after]
            + [f"new: {line}" for line in after - before]
        )
    return [
        f"{table}: {before.get(table)} → {after.get(table)}"
        for table in sorted(before.keys() | after.keys())
        if before.get(table) != after.get(table)
    ]


def _each_table(world, expression: str, without=None) -> dict[str, str]:
    names = world.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    selects = []
    for table in set(names) - VOLATILE:
        left_out = MOVING_COLUMNS | (without or {}).get(table, set())
        array = ", ".join(f"'{name}'" for name in sorted(left_out))
        found = expression.format(row=f"(to_jsonb(t) - ARRAY[{array}])::text")
        kept = f"NOT ({VOLATILE_ROWS.get(table, 'false')})"
        selects.append(
            f"SELECT '{table}|' || coalesce({found}, '0') FROM \"{table}\" t WHERE {kept}"
        )
    found = {}
    # A statement goes to psql as an argument, which may not be too long.
    for start in range(0, len(selects), 100):
        lines = world.query(" UNION ALL ".join(selects[start : start + 100]))
        found.update(line.split("|", 1) for line in lines)
    return found

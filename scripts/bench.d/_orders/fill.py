# What filling needs on both sides, read before fill_ours.py and fill_peer.py.
# ruff: noqa: F821
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
STAGES, SITES, TECHNICIANS = 20, 1000, 20
env = env(context=QUIET)


def columns_of(table, *without):
    """The columns of a table, quoted, but for its number and some."""
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> ALL(%s)",
        (table, ["id", *without]),
    )
    return [f'"{name}"' for (name,) in env.cr.fetchall()]


def multiply(table, count, **changes):
    """Copy the rows of a table until there are so many, but for some columns (SQL of ``n``)."""
    names = columns_of(table)
    taken = ", ".join(changes.get(name.strip('"'), name) for name in names)
    env.cr.execute(f"SELECT count(*) FROM {table}")
    times = count // env.cr.fetchone()[0]
    env.cr.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken}"
        f" FROM {table}, generate_series(1, {times - 1}) AS n"
    )
    env.cr.commit()


def settle(*tables):
    """As after a night: no dead rows, statistics known."""
    env.cr.execute(f"SELECT count(*) FROM {tables[0]}")
    if env.cr.fetchone()[0] < ORDERS * 0.99:
        raise SystemExit("There are fewer orders than told.")
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
    print(MARK, "{}")

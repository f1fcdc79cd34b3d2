"""Stored values that are worked out again, by the thousand: for updates of the module."""

CHUNK = 1000


def work_out_again(env, name, field):
    """A computed field of all records of a model, also of archived ones.

    :param name: of the model"""
    records = env[name].with_context(active_test=False)
    env.cr.execute(f'SELECT id FROM {records._table} ORDER BY id')  # pylint: disable=sql-injection
    ids = [row[0] for row in env.cr.fetchall()]
    for start in range(0, len(ids), CHUNK):
        chunk = records.browse(ids[start : start + CHUNK])
        env.add_to_compute(records._fields[field], chunk)
        chunk.flush_recordset([field])
        env.invalidate_all()

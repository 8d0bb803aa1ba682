"""Which functions the ledger installs in PostgreSQL, so that each of its acts is one round trip."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

# A function keeps its first plan for as long as the connection lives, and the first is made while
# the tables are nearly empty. So each may go by keys only: what is right for a full ledger is not
# slow for an empty one, and the other way round a whole table would be read at every call.
_BY_KEYS = """
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
set jit = off
"""

_RECORDS = """
returns table (
    type text, version int, data bytea, subjects text, posted_by text, sent_at bigint,
    remarks bytea, "position" bigint, recorded_at bigint, key bytea, head bigint
) language plpgsql
"""

_COLUMNS = """r.type, r.version, r.data, r.subjects, r.posted_by, r.sent_at,
           r.remarks, r."position", r.recorded_at, r.key"""

# The guard is a statement of its own, after the one that may have waited for the head: a statement
# sees what was committed when it began, so one that waits never sees what it waited for.
# Returns nothing when a subject in `reads_` has moved; null `reads_` stands for every subject.
APPEND = f"""
create or replace function custody_append(
    now_ bigint, reads_ text[], after_ bigint,
    types_ text[], versions_ int[], datas_ bytea[], subjects_ text[],
    posted_by_ text[], sent_at_ bigint[], keys_ bytea, remarks_ bytea[]
) returns table (first_ bigint, last_ bigint, recorded_at_ bigint)
language plpgsql {_BY_KEYS} as $$
declare
    end_ bigint;
    before_ bigint;
begin
    select h."position", h.recorded_at into strict end_, before_ from head h for update;
    if reads_ is null then
        if end_ > after_ then return; end if;
    elsif exists (
        select from unnest(reads_) s(subject) cross join lateral (
            select from about a where a.subject = s.subject and a."position" > after_ limit 1
        ) moved
    ) then
        return;
    end if;

    first_ := end_ + 1;
    last_ := end_ + cardinality(types_);
    recorded_at_ := greatest(now_, before_);
    insert into record ("position", recorded_at, type, version, data, subjects, posted_by,
                        sent_at, key, remarks)
    select end_ + n, recorded_at_, e.type, e.version, e.data, e.subjects, e.posted_by,
           e.sent_at, substr(keys_, 32 * n::int - 31, 32), e.remarks
    from unnest(types_, versions_, datas_, subjects_, posted_by_, sent_at_, remarks_)
         with ordinality
         e(type, version, data, subjects, posted_by, sent_at, remarks, n);

    -- Each subject's version is looked up once, before any of its rows is written: the next look
    -- would have to pass those, one by one, to find that they are not there yet for this statement.
    insert into about (subject, "position", version)
    select named.subject, end_ + place.n, coalesce(named.version, 0) + place.nth
    from (
        select s.subject, array_agg(e.n order by e.n) as places, (
            select a.version from about a where a.subject = s.subject
            order by a."position" desc limit 1
        ) as version
        from unnest(subjects_) with ordinality e(subjects, n)
        cross join lateral unnest(string_to_array(e.subjects, E'\\n') collate "C") s(subject)
        group by s.subject
    ) named cross join lateral unnest(named.places) with ordinality place(n, nth);

    update head set "position" = last_, recorded_at = recorded_at_;
    return next;
end $$
"""

# One row at least: with no record, all but `head` is null.
READ = f"""
create or replace function custody_read(subjects_ text[], after_ bigint[])
{_RECORDS} stable {_BY_KEYS} as $$
#variable_conflict use_column
begin
    return query
    select {_COLUMNS}, h."position"
    from head h left join (
        select found.* from (
            select distinct a."position"
            from unnest(subjects_, after_) s(subject, after) cross join lateral (
                select a."position" from about a
                where a.subject = s.subject and a."position" > s.after
            ) a
        ) a cross join lateral (
            select * from record r where r."position" = a."position"
        ) found
    ) r on true
    order by r."position";
end $$
"""

SINCE = f"""
create or replace function custody_since(after_ bigint, limit_ int, types_ text[])
{_RECORDS} stable {_BY_KEYS} as $$
#variable_conflict use_column
begin
    return query
    select {_COLUMNS}, null::bigint
    from record r
    where r."position" > after_ and (types_ is null or r.type = any(types_))
    order by r."position" limit limit_;
end $$
"""

FUNCTIONS: Final = {"custody_append": APPEND, "custody_read": READ, "custody_since": SINCE}

# A standby has those of its primary, and whoever does not own them cannot replace them: both do
# with what is there, which says the same and is slower.
_REPLACEABLE = f"""
select proname, prosrc from pg_proc
where oid in ({", ".join(f"to_regproc('{name}')" for name in FUNCTIONS)})
    and pg_has_role(proowner, 'usage') and not pg_is_in_recovery()
"""


def install(connection: Connection) -> None:
    """Put ours into a database, in the place of those that another version of us has left there."""
    for function in FUNCTIONS.values():
        connection.exec_driver_sql(function)


def are_of_another_version(connection: Connection) -> bool:
    """Tell whether a database has functions of other bodies than ours, and can be given ours."""
    found = connection.exec_driver_sql(_REPLACEABLE).all()
    return any(body != FUNCTIONS[name].split("$$")[1] for name, body in found)

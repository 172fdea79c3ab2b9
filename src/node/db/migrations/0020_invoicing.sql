-- Up Migration
-- How far a month's invoices are, for the operator: of each member how many bills there are to invoice, what was issued last, and how many
-- bills that one does not hold as they are now. No amount and no opening: of an invoice's lines day, version and meter alone are looked at.
-- A view would have to take every invoice apart; this takes those of one month. Empty for everybody but the operator.
create function access.invoicing(of_month text, first_day int4, last_day int4)
returns table (member text, bills int4, revision int4, issued_at timestamptz, changed int4)
language sql stable security definer set search_path = pg_catalog as $$
  with billed as (
    select e.member, e.day, e.version, e.meter from books.released_entry e
    where (select access.is_operator()) and e.day between first_day and last_day),
  newest as (
    select distinct on (i.member) i.member, i.revision, i.issued_at, i.invoice from books.invoice i
    where (select access.is_operator()) and i.month = of_month order by i.member, i.revision desc),
  line as (
    select n.member, (l ->> 'day')::int4 as day, (l ->> 'version')::int4 as version, l ->> 'meter' as meter
    from newest n, jsonb_array_elements(n.invoice::jsonb #> '{invoice,lines}') l),
  compared as (
    select coalesce(b.member, l.member) as member, b.meter is not null as is_billed, b.version is distinct from l.version as differs
    from billed b full join line l on l.member = b.member and l.day = b.day and l.meter = b.meter)
  select c.member, count(*) filter (where c.is_billed)::int4, n.revision, n.issued_at,
    case when n.revision is null then 0 else count(*) filter (where c.differs) end::int4
  from compared c left join newest n on n.member = c.member
  group by c.member, n.revision, n.issued_at
$$;
revoke execute on function access.invoicing(text, int4, int4) from public;
grant execute on function access.invoicing(text, int4, int4) to electra_api;

-- Down Migration
drop function access.invoicing(text, int4, int4);

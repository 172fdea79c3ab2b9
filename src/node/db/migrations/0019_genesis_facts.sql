-- Up Migration
-- What pages are told of the genesis' state, beside its hash: whose signatures are the operator's, and the step of prices. Bound late, as
-- the tables of schema chain are made by the indexer.
create function access.operators() returns table (address text, n int)
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return; end if;
  return query select genesis #>> '{app_state,meter,operator}', -1 from chain.genesis;
  if to_regclass('chain.operator_rotation') is null then return; end if;
  return query select r.address::text, r.n::int from chain.operator_rotation r where r.fate = 'applied' order by r.n;
end $$;

create function access.tick() returns int8
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return null; end if;
  return (select (genesis #>> '{app_state,meter,params,tick}')::int8 from chain.genesis);
end $$;

-- Down Migration
drop function access.tick(), access.operators();

-- Up Migration
-- Until when a day's book is to be anchored and proven: seconds of chain time after its freeze. Bound late, as the tables of schema
-- chain are made by the indexer; null before there is a genesis.
create function access.anchor_due_s() returns int8
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return null; end if;
  return (select (genesis #>> '{app_state,meter,params,anchor_due_s}')::int8 from chain.genesis);
end $$;

-- Down Migration
drop function access.anchor_due_s();

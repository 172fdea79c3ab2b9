-- Up Migration
-- Within which times a run has to be closed: parameters of the chain's genesis, in seconds. Bound late, as the tables of schema chain are
-- made by the indexer.
create function access.run_due() returns table (link_due_s int8, anchor_due_s int8)
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return; end if;
  return query
    select (genesis #>> '{app_state,meter,params,link_due_s}')::int8, (genesis #>> '{app_state,meter,params,anchor_due_s}')::int8
    from chain.genesis;
end $$;

-- Down Migration
drop function access.run_due();

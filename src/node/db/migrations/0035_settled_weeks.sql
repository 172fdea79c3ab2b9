-- Up Migration
-- What each settled week brought the community's fund (negative: cost it), for its members, whose tariff returns it, and for its operator.
-- The main chain shows the same amounts to everybody who reads it. Empty for everybody else.
create view access.settled_week with (security_barrier) as
  select day as from_day, -sum(amount_nel) as gain_nel from books.posting
  where account = 'fund' and journal like 'settlement:%'
    and ((select access.is_operator()) or cardinality((select access.viewer_meters())) > 0)
  group by day;
grant select on access.settled_week to electra_api;

-- Down Migration
drop view access.settled_week;

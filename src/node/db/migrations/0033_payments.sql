-- Up Migration
-- Where on the main chain a payout was seen paid: null before, and of one that was over before this was noted.
alter table books.withdrawal add column paid_height int, add column paid_tx text;
grant select (paid_height, paid_tx) on books.withdrawal to electra_api;

-- Down Migration
alter table books.withdrawal drop column paid_height, drop column paid_tx;

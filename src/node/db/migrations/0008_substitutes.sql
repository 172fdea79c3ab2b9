-- Up Migration
-- Substitutes are proven: an input and a proof for each, '<bookHash hex>:<meter>:substitute'. The API shows a member its bill's.
alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check check (circuit in ('day-bill', 'clearing', 'substitute'));
grant select (circuit) on prove.proof to electra_api;

-- Down Migration
revoke select (circuit) on prove.proof from electra_api;
alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check check (circuit in ('day-bill', 'clearing'));

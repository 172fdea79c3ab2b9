-- Up Migration
-- One schema per room. Roles exist already (src/node/db/roles.ts makes them); each may touch its own room and read what lies before it in the flow.

create schema chain authorization electra_indexer;  -- the index: sealed bytes only; its tables come from schema.graphql
create schema books;                                -- opened statements, day books, bills, ledger: private
create schema prove;                                -- private witnesses waiting for a prover, and the proofs made of them
create schema access;                               -- sign-in: nonces and sessions
create schema pgboss authorization electra_books;   -- the queue library's own tables

grant usage on schema chain to electra_books, electra_api;
alter default privileges for role electra_indexer in schema chain grant select on tables to electra_books, electra_api;
grant usage on schema books to electra_books, electra_api;
grant usage on schema prove to electra_books, electra_prover, electra_api;
grant usage on schema access to electra_api;
grant usage on schema pgboss to electra_prover;      -- a prover works the queue that the books fill; it creates nothing there
alter default privileges for role electra_books in schema pgboss grant select, insert, update, delete on tables to electra_prover;
alter default privileges for role electra_books in schema pgboss grant usage, select on sequences to electra_prover;
alter default privileges for role electra_books in schema pgboss grant execute on functions to electra_prover;

-- Down Migration
drop schema pgboss cascade;
drop schema access cascade;
drop schema prove cascade;
drop schema books cascade;
drop schema chain cascade;

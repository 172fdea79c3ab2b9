-- Up Migration
-- What stops a day for good, as a code beside the sentence for the operator: programs decide by it, people read `waiting`.
--   self-audit     the node's own audit of the draft failed; a redraft clears it
--   foreign-anchor the chain has another book of this day anchored than this database holds
alter table books.day add column blocked_by text check (blocked_by in ('self-audit', 'foreign-anchor'));
update books.day set blocked_by = 'self-audit' where state = 'proven' and waiting like 'the audit of the node itself failed%';
update books.day set blocked_by = 'foreign-anchor'
  where state = 'audited' and waiting like 'the chain has another book of this day anchored%';
alter table books.day add constraint blocked_says_why check (blocked_by is null or waiting is not null);

-- Down Migration
alter table books.day drop constraint blocked_says_why, drop column blocked_by;

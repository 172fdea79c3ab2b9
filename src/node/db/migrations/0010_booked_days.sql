-- Up Migration
-- Which days have a book, for whoever compares them with what the chain froze: the API for a person's health check. No more than that.
create view access.booked_day with (security_barrier) as select day from books.day where version = 1;
grant usage on schema access to electra_books;
grant select on access.booked_day to electra_api, electra_books;

-- Down Migration
drop view access.booked_day;
revoke usage on schema access from electra_books;

-- How often in a row, and since when, the server said that a policy keeps us from the mailbox's protocol (EWS: HTTP 403 with X-EWS-Policy-Reason).
-- One dialect: H2 and PostgreSQL both run this file.
alter table mailbox add column block_since timestamp with time zone;
alter table mailbox add column block_answers int default 0 not null;

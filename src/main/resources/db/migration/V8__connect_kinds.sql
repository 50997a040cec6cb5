-- What a connect link is for: kind mailbox | admin; mailbox: whose mailbox is meant, if not that of the person who signs in. One SQL for H2 and PostgreSQL.
alter table connect_ticket add column kind varchar(10) default 'mailbox' not null;
alter table connect_ticket add column mailbox varchar(500);
alter table connect_attempt add column kind varchar(10) default 'mailbox' not null;

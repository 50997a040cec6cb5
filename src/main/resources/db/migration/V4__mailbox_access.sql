-- By whose right a mailbox is read: owner | delegate | application. One dialect: H2 and PostgreSQL both run this file.
alter table mailbox add column access varchar(12) default 'owner' not null;

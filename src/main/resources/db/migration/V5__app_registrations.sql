-- Several app registrations, and applications that ask as themselves (client credentials: no refresh token). One SQL for H2 and PostgreSQL.
alter table credential alter column refresh_token drop not null;
alter table credential add column refreshed_at timestamp with time zone;
update credential set refreshed_at = current_timestamp;
alter table credential alter column refreshed_at set not null;

alter table connect_ticket add column registration varchar(100);
update connect_ticket set registration = 'default';
alter table connect_ticket alter column registration set not null;

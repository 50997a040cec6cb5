-- Beside its changes a folder is listed now and then: at the beginning if its changes were begun in its middle (partial), later to find what they missed.
-- One dialect: H2 and PostgreSQL both run this file.
alter table sync_cursor add column partial boolean default false not null;
alter table sync_cursor add column begun_at timestamp with time zone;
alter table sync_cursor add column read_at timestamp with time zone;
alter table sync_cursor add column listing text;
alter table sync_cursor add column list_at timestamp with time zone;

-- what lay in a folder before it was read waits behind what arrives
alter table message add column history boolean default false not null;
create index message_line on message (mailbox_id, state, history, seq);

-- a message can be read as MIME (content), as JSON, or both
alter table message add column json_name varchar(200);
alter table message add column json_size bigint;
alter table message add column json_sha256 varchar(64);

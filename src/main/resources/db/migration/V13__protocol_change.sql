-- A mailbox on its way from one protocol to the other, or that came that way: its messages are recognised by the names of both. One dialect: H2 and PostgreSQL
-- both run this file.
-- phase: translating | listing | settling | done | failed
create table protocol_change (
    mailbox_id  varchar(36)   not null primary key,
    target      varchar(8)    not null,
    folders     varchar(2000) not null,
    folders_before varchar(2000) not null,
    phase       varchar(12)   not null,
    automatic   boolean       not null,
    translated  boolean       not null,
    begun_at    timestamp with time zone not null,
    switched_at timestamp with time zone,
    settled_at  timestamp with time zone,
    place       text,
    named       bigint        not null,
    reason      varchar(1000)
);

-- by which entry of mail.folders a folder was found
alter table sync_cursor add column folder_name varchar(1024);

-- requests per mailbox, protocol, operation and day (UTC)
create table request_tally (
    mailbox_id varchar(36) not null,
    protocol   varchar(8)  not null,
    operation  varchar(60) not null,
    on_day     timestamp with time zone not null,
    requests   bigint      not null,
    primary key (mailbox_id, on_day, protocol, operation)
);

-- What was taken, what is due, and for whom. One dialect: H2 and PostgreSQL both run this file.

create table mailbox (
    mailbox_id    varchar(36)   not null primary key,
    tenant_id     varchar(36)   not null,
    object_id     varchar(64)   not null,
    address       varchar(320)  not null,
    credential_id varchar(36)   not null,
    protocol      varchar(8)    not null,
    folders       varchar(2000) not null,
    deliver_from  timestamp with time zone,
    state         varchar(16)   not null,
    state_reason  varchar(1000),
    state_since   timestamp with time zone not null,
    failures      int           not null,
    fence         bigint        not null,
    wake          boolean       not null,
    constraint mailbox_account unique (tenant_id, object_id)
);

create table sync_cursor (
    mailbox_id varchar(36)   not null,
    protocol   varchar(8)    not null,
    folder_id  varchar(1024) not null,
    sync_state text,
    enumerated boolean       not null,
    primary key (mailbox_id, protocol, folder_id)
);

-- state: discovered | staged | filtered | vanished | dead
create table message (
    message_id      varchar(36) not null primary key,
    seq             bigint generated always as identity,
    mailbox_id      varchar(36) not null,
    state           varchar(12) not null,
    reason          varchar(1000),
    attempts        int         not null,
    next_attempt_at timestamp with time zone not null,
    discovered_at   timestamp with time zone not null,
    staged_at       timestamp with time zone,
    received_at     timestamp with time zone,
    listed_size     bigint,
    metadata        text,
    content_name    varchar(200),
    content_size    bigint,
    content_sha256  varchar(64),
    event_name      varchar(200),
    event_size      bigint,
    event_sha256    varchar(64)
);
create index message_due on message (mailbox_id, state, next_attempt_at);

create table message_alias (
    mailbox_id varchar(36)   not null,
    kind       varchar(16)   not null,
    alias      varchar(1024) not null,
    message_id varchar(36)   not null,
    added      bigint generated always as identity,
    primary key (mailbox_id, kind, alias)
);
create index message_alias_message on message_alias (message_id);

create table sink (
    sink          varchar(100) not null primary key,
    since         timestamp with time zone not null,
    paused_until  timestamp with time zone,
    paused_reason varchar(1000)
);

-- state: pending | delivered | dead
create table delivery (
    message_id       varchar(36)  not null,
    sink             varchar(100) not null,
    mailbox_id       varchar(36)  not null,
    seq              bigint       not null,
    state            varchar(12)  not null,
    attempts         int          not null,
    aside            boolean      not null default false,
    first_attempt_at timestamp with time zone,
    next_attempt_at  timestamp with time zone not null,
    settled_at       timestamp with time zone,
    reason           varchar(1000),
    primary key (message_id, sink)
);
create index delivery_due on delivery (state, sink, mailbox_id, seq);

create table delivery_queue (
    sink       varchar(100) not null,
    mailbox_id varchar(36)  not null,
    fence      bigint       not null,
    primary key (sink, mailbox_id)
);

-- the content directory carries the same id: two replicas with different directories must not share this database
create table content_store (
    store_id varchar(36) not null primary key
);

-- db-scheduler's own table
create table scheduled_tasks (
    task_name            varchar(100) not null,
    task_instance        varchar(200) not null,
    task_data            bytea,
    execution_time       timestamp with time zone not null,
    picked               boolean not null,
    picked_by            varchar(100),
    last_success         timestamp with time zone,
    last_failure         timestamp with time zone,
    consecutive_failures int,
    last_heartbeat       timestamp with time zone,
    version              bigint not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);

-- What mailbox owners granted. The bytea columns hold ciphertext: format, key id and a Tink AEAD ciphertext that is bound to the row.
-- One SQL for H2 and PostgreSQL.
create table credential (
    id uuid primary key,
    registration varchar(100) not null,
    tenant uuid not null,
    object_id varchar(100) not null,
    refresh_token bytea not null,
    graph_token bytea,
    graph_token_expires_at timestamp with time zone,
    exchange_token bytea,
    exchange_token_expires_at timestamp with time zone,
    granted_scopes varchar(16000) not null,
    version bigint not null,
    constraint credential_account unique (registration, tenant, object_id)
);

-- Subscriptions to change notifications, one per mailbox at most; the secret they echo is here as its SHA-256 only. One SQL for H2 and PostgreSQL.
-- state: creating | active | renew | none. due_at: when to renew it, or to try again.
create table subscription (
    mailbox_id        varchar(36) not null primary key,
    state             varchar(12) not null,
    subscription_id   varchar(64),
    client_state_hash varchar(64) not null,
    expires_at        timestamp with time zone,
    due_at            timestamp with time zone not null,
    failures          int         not null,
    reason            varchar(1000)
);
create unique index subscription_by_id on subscription (subscription_id);

-- rest_until: no hint makes a mailbox be read before (Retry-After, back-off). news_at: when it last had new mail, or was connected.
alter table mailbox add column rest_until timestamp with time zone;
alter table mailbox add column news_at timestamp with time zone;

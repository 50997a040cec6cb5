-- Connecting a mailbox, and whose turn it is to refresh a token. Rows hold only SHA-256 of tickets, states and cookies: nobody can use what is read here.
-- One SQL for H2 and PostgreSQL.
create table connect_ticket (
    ticket_hash varchar(43) primary key,
    expected_login varchar(320),
    protocol varchar(10) not null,
    expires_at timestamp with time zone not null,
    spent_at timestamp with time zone
);

create index connect_ticket_expiry on connect_ticket (expires_at);

create table connect_attempt (
    state_hash varchar(43) primary key,
    cookie_hash varchar(43) not null,
    ticket_hash varchar(43),
    registration varchar(100) not null,
    issuer varchar(500) not null,
    protocol varchar(10) not null,
    expires_at timestamp with time zone not null
);

create index connect_attempt_expiry on connect_attempt (expires_at);

create table token_refresh_lease (
    credential_id uuid primary key,
    holder uuid not null,
    expires_at timestamp with time zone not null
);

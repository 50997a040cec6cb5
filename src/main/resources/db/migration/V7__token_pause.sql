-- Grants that no longer work: until ends_at nobody asks the token endpoint for them, on any replica. A new sign-in brings another refresh token, whose hash
-- differs: then the row means nothing. claims is what the sign-in must satisfy (no secret). One SQL for H2 and PostgreSQL.
create table token_pause (
    credential_id uuid primary key references credential (id) on delete cascade,
    grant_hash varchar(43) not null,
    code varchar(100) not null,
    remedy varchar(1000) not null,
    claims varchar(8000),
    ends_at timestamp with time zone not null
);

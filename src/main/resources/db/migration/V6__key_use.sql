-- How often each key has encrypted, by all replicas: a key is good for 2^32 times (NIST SP 800-38D section 8.3). Key ids are no secrets; keys are never here.
-- One SQL for H2 and PostgreSQL.
create table key_use (
    key_id varchar(10) primary key,
    uses bigint not null,
    last_used_at timestamp with time zone not null
);

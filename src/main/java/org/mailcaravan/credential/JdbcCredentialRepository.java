package org.mailcaravan.credential;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/**
 * Keeps credentials in the table {@code credential}, in the caller's transaction if there is one. One SQL for H2 and PostgreSQL. It stores secrets as they
 * are given: wrap it in an {@link EncryptingCredentialRepository}.
 */
public final class JdbcCredentialRepository implements CredentialRepository {
    static final String SELECT = """
            select id, registration, tenant, object_id, refresh_token, refreshed_at, graph_token,
                graph_token_expires_at, exchange_token, exchange_token_expires_at, granted_scopes, version
            from credential where\s""";
    private static final String INSERT = """
            insert into credential (refresh_token, graph_token, graph_token_expires_at, exchange_token,
                exchange_token_expires_at, granted_scopes, refreshed_at, version, id, registration, tenant, object_id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String UPDATE = """
            update credential set refresh_token = ?, graph_token = ?, graph_token_expires_at = ?, exchange_token = ?,
                exchange_token_expires_at = ?, granted_scopes = ?, refreshed_at = ?, version = ?
            where id = ? and registration = ? and tenant = ? and object_id = ? and version = ?""";

    private final Transactions transactions;

    public JdbcCredentialRepository(Transactions transactions) {
        this.transactions = Objects.requireNonNull(transactions, "transactions");
    }

    @Override
    public Optional<MailboxCredential> find(CredentialId id) {
        return findBy("id = ?", id.value());
    }

    @Override
    public Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId) {
        return findBy(
                "registration = ? and tenant = ? and object_id = ?",
                registration,
                UUID.fromString(tenant.value()),
                objectId);
    }

    @Override
    public MailboxCredential save(MailboxCredential credential) {
        MailboxCredential next = credential.withVersion(credential.version() + 1);
        if (credential.version() == 0) {
            insert(next);
        } else {
            update(next, credential.version());
        }
        return next;
    }

    @Override
    public void remove(CredentialId id) {
        transactions.run(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("delete from credential where id = ?")) {
                delete.setObject(1, id.value());
                delete.executeUpdate();
            }
        });
    }

    private void insert(MailboxCredential next) {
        try {
            transactions.run(connection -> write(connection, INSERT, next, List.of()));
        } catch (DatabaseException e) {
            throw e.duplicateKey() ? new StaleCredentialException(next.id(), 0) : e;
        }
    }

    private void update(MailboxCredential next, long stored) {
        int rows = transactions.<Integer>call(connection -> write(connection, UPDATE, next, List.of(stored)));
        if (rows == 0) {
            throw new StaleCredentialException(next.id(), stored);
        }
    }

    /** The first twelve parameters of both statements are the same, in the same order. */
    private static int write(Connection connection, String sql, MailboxCredential row, List<Object> more)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, row.refreshToken().map(Secret::bytes).orElse(null));
            setToken(statement, 2, row.graphToken());
            setToken(statement, 4, row.exchangeToken());
            statement.setString(6, row.grantedScopes().stream().sorted().collect(Collectors.joining(" ")));
            statement.setObject(7, row.refreshedAt().atOffset(ZoneOffset.UTC));
            statement.setLong(8, row.version());
            statement.setObject(9, row.id().value());
            statement.setString(10, row.registration());
            statement.setObject(11, UUID.fromString(row.tenant().value()));
            statement.setString(12, row.objectId());
            for (int i = 0; i < more.size(); i++) {
                statement.setObject(13 + i, more.get(i));
            }
            return statement.executeUpdate();
        }
    }

    private static void setToken(PreparedStatement statement, int column, Optional<StoredToken> token)
            throws SQLException {
        if (token.isPresent()) {
            statement.setBytes(column, token.get().value().bytes());
            statement.setObject(column + 1, token.get().expiresAt().atOffset(ZoneOffset.UTC));
        } else {
            statement.setNull(column, Types.BINARY);
            statement.setNull(column + 1, Types.TIMESTAMP_WITH_TIMEZONE);
        }
    }

    private Optional<MailboxCredential> findBy(String condition, Object... parameters) {
        return transactions.<Optional<MailboxCredential>>call(connection -> {
            try (PreparedStatement select = connection.prepareStatement(SELECT + condition)) {
                for (int i = 0; i < parameters.length; i++) {
                    select.setObject(i + 1, parameters[i]);
                }
                ResultSet rows = select.executeQuery();
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        });
    }

    static MailboxCredential read(ResultSet row) throws SQLException {
        return new MailboxCredential(
                new CredentialId(row.getObject("id", UUID.class)),
                row.getString("registration"),
                new TenantId(row.getObject("tenant", UUID.class).toString()),
                row.getString("object_id"),
                Optional.ofNullable(row.getBytes("refresh_token")).map(JdbcCredentialRepository::secret),
                row.getObject("refreshed_at", OffsetDateTime.class).toInstant(),
                token(row, "graph_token"),
                token(row, "exchange_token"),
                scopes(row.getString("granted_scopes")),
                row.getLong("version"));
    }

    private static Optional<StoredToken> token(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        if (bytes == null) {
            return Optional.empty();
        }
        Instant expiresAt =
                row.getObject(column + "_expires_at", OffsetDateTime.class).toInstant();
        return Optional.of(new StoredToken(secret(bytes), expiresAt));
    }

    private static Secret secret(byte[] bytes) {
        return Secret.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static Set<String> scopes(String joined) {
        return joined.isEmpty() ? Set.of() : Set.of(joined.split(" "));
    }
}

package org.mailcaravan.credential;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;

/** The table {@code credential} as ciphertext: which key encrypted what, and the exchange of one ciphertext for another. One SQL for H2 and PostgreSQL. */
final class CredentialCiphertexts {
    /** Smaller than every random id, for both databases. */
    static final CredentialId FIRST = new CredentialId(new UUID(0, 0));

    private static final List<String> COLUMNS =
            Arrays.stream(SecretColumn.values()).map(SecretColumn::word).toList();
    private static final String REPLACE = COLUMNS.stream()
            .map(column -> column + " = ?")
            .collect(Collectors.joining(", ", "update credential set ", " where id = ? and version = ?"));

    private final Transactions transactions;

    CredentialCiphertexts(Transactions transactions) {
        this.transactions = transactions;
    }

    long count() {
        return transactions.<Long>call(connection -> count(connection, "true", List.of()));
    }

    /** Rows that hold something this key encrypted. */
    long countOf(String keyId) {
        return transactions.<Long>call(connection ->
                count(connection, any("substring(%1$s, 1, ?) = ?"), parameters(SecretCipher.prefix(keyId))));
    }

    /** Rows that hold something none of these keys encrypted. */
    long countOfOthers(List<String> keyIds) {
        String none =
                keyIds.stream().map(id -> " and substring(%1$s, 1, ?) <> ?").collect(Collectors.joining());
        List<Object> each =
                keyIds.stream().flatMap(id -> prefix(SecretCipher.prefix(id))).toList();
        List<Object> parameters =
                COLUMNS.stream().flatMap(column -> each.stream()).toList();
        return transactions.<Long>call(
                connection -> count(connection, any("(%1$s is not null" + none + ")"), parameters));
    }

    /** Rows after this id that hold something another key encrypted, in the order of their ids. */
    List<MailboxCredential> notEncryptedWith(String keyId, CredentialId after, int most) {
        String condition =
                "id > cast(? as uuid) and (" + any("substring(%1$s, 1, ?) <> ?") + ") order by id limit " + most;
        List<Object> parameters = new ArrayList<>();
        parameters.add(after.toString());
        parameters.addAll(parameters(SecretCipher.prefix(keyId)));
        return transactions.<List<MailboxCredential>>call(connection -> Sql.list(
                connection,
                JdbcCredentialRepository::read,
                JdbcCredentialRepository.SELECT + condition,
                parameters.toArray()));
    }

    /**
     * Replaces the ciphertexts of rows and leaves their versions as they are: nobody who saves at the same moment notices. A row that was saved since it was
     * read stays as it is.
     *
     * @return how many were replaced
     */
    int replace(List<MailboxCredential> rows) {
        return transactions.<Integer>call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(REPLACE)) {
                for (MailboxCredential row : rows) {
                    bind(update, row);
                    update.addBatch();
                }
                return Arrays.stream(update.executeBatch()).sum();
            }
        });
    }

    private static void bind(PreparedStatement update, MailboxCredential row) throws SQLException {
        int at = 1;
        for (SecretColumn column : SecretColumn.values()) {
            update.setBytes(at++, column.of(row).map(Secret::bytes).orElse(null));
        }
        update.setObject(at++, row.id().value());
        update.setLong(at, row.version());
    }

    private static String any(String condition) {
        return COLUMNS.stream().map(condition::formatted).collect(Collectors.joining(" or "));
    }

    private static List<Object> parameters(String prefix) {
        List<Object> once = prefix(prefix).toList();
        return Collections.nCopies(COLUMNS.size(), once).stream()
                .flatMap(List::stream)
                .toList();
    }

    private static Stream<Object> prefix(String prefix) {
        return Stream.of(prefix.length(), prefix.getBytes(StandardCharsets.US_ASCII));
    }

    private static long count(Connection connection, String condition, List<Object> parameters) throws SQLException {
        return Sql.first(
                        connection,
                        row -> row.getLong(1),
                        "select count(*) from credential where " + condition,
                        parameters.toArray())
                .orElse(0L);
    }
}

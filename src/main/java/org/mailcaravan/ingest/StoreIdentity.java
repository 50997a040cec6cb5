package org.mailcaravan.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.StagingException;

/** Ties the content directory to the database: staged messages are rows here and bytes there, and a process that sees only one of the two must not start. */
final class StoreIdentity {
    private static final String FILE = "store-id";

    private StoreIdentity() {}

    /** @throws StagingException if the directory is not the one this database was used with */
    static void require(Transactions transactions, Path directory) {
        Optional<String> known = known(transactions);
        Optional<String> found = found(directory);
        String id = found.or(() -> known.isEmpty() ? Optional.of(write(directory)) : Optional.empty())
                .orElseThrow(() -> mismatch(directory, "has no file " + FILE));
        if (known.isEmpty()) {
            remember(transactions, id);
        }
        if (!known(transactions).equals(Optional.of(id))) {
            throw mismatch(directory, "carries another id");
        }
    }

    private static StagingException mismatch(Path directory, String how) {
        return new StagingException(
                "the content directory " + directory + " is not the one this database was used with: it " + how
                        + ". Set content.directory to the right one (replicas share one), or restore it from a backup");
    }

    private static Optional<String> known(Transactions transactions) {
        return transactions.call(c -> Sql.first(c, row -> row.getString(1), "select store_id from content_store"));
    }

    private static Optional<String> found(Path directory) {
        try {
            Path file = directory.resolve(FILE);
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw new StagingException("the file " + FILE + " in the content directory cannot be read", e);
        }
    }

    private static String write(Path directory) {
        String id = UUID.randomUUID().toString();
        try {
            Files.writeString(directory.resolve(FILE), id + "\n");
            return id;
        } catch (IOException e) {
            throw new StagingException("the content directory cannot be written", e);
        }
    }

    /** Only the first process finds the table empty; the row of another one that was quicker is compared afterwards. */
    private static void remember(Transactions transactions, String id) {
        transactions.run(c -> Sql.update(
                c,
                "insert into content_store (store_id) select cast(? as varchar(36))"
                        + " where not exists (select 1 from content_store)",
                id));
    }
}

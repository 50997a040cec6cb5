package org.mailcaravan.database;

import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** Brings the schema up to date. Replicas that start together wait for each other. */
final class Schema {
    private static final String LOCATION = "classpath:db/migration";

    private Schema() {}

    /** @throws DatabaseStartException if the schema is newer, altered or somebody else's */
    static void migrate(DataSource dataSource) {
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations(LOCATION)
                .connectRetries(0)
                .load();
        try {
            refuseNewer(flyway);
            flyway.migrate();
        } catch (FlywayValidateException e) {
            throw new DatabaseStartException(
                    "The schema of the database was not made by this program as it is now.",
                    "Run the version that wrote it, or restore a backup. Never edit an applied migration.",
                    e);
        } catch (FlywayException e) {
            throw new DatabaseStartException(
                    "The schema of the database cannot be brought up to date.",
                    "Use an empty database or schema of its own, owned by database.user; the cause says more.",
                    e);
        }
    }

    private static void refuseNewer(Flyway flyway) {
        Arrays.stream(flyway.info().all())
                .filter(migration -> migration.getState().isApplied()
                        && !migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .findFirst()
                .ifPresent(version -> {
                    throw new DatabaseStartException(
                            "The database has schema version " + version
                                    + ", which this version of the program does not know.",
                            "Run the newer version again, or restore the backup made before its first start.");
                });
    }
}

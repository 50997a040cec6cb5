package org.mailcaravan.operations;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.ingest.Ingestion;
import org.mailcaravan.mailbox.StagingException;

/**
 * Readiness: the database answers and the content directory takes new mail. Mailboxes that wait for a person and paused sinks are told as details; they do not make
 * the process unready.
 */
public final class IngestHealthCheck extends AbstractHealthCheck {
    private static final int MOST_MAILBOXES = 20;

    private final Ingestion ingestion;

    public IngestHealthCheck(Ingestion ingestion) {
        super("mailcaravan", "ingest");
        this.ingestion = ingestion;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        try {
            ingestion.mailboxes().countByState().forEach((state, count) -> builder.detail("mailboxes." + state, count));
            builder.detail("mailboxes.announced", ingestion.subscriptions().countAnnounced());
            ingestion
                    .mailboxes()
                    .ailing(MOST_MAILBOXES)
                    .forEach(sick -> builder.detail(
                            "mailbox." + sick.id(), sick.state() + " since " + sick.since() + ": " + sick.reason()));
            ingestion.deliveries().paused().forEach((sink, reason) -> builder.detail("sink.paused." + sink, reason));
            ingestion.contentStore().requireSpace();
            builder.up();
        } catch (DatabaseException e) {
            builder.message("The database does not answer; reading and delivering go on by themselves when it does.")
                    .down();
        } catch (StagingException e) {
            builder.message(e.getMessage()).down();
        }
    }
}

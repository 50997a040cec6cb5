package org.mailcaravan.cutover;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.mailcaravan.ingest.Mailboxes;
import org.mailcaravan.ingest.RequestTally;

/** Makes the report on EWS. Thread-safe. */
public final class EwsReports {
    private final Mailboxes mailboxes;
    private final RequestTally tally;
    private final Grants grants;
    private final Optional<LocalDate> retiresOn;
    private final Clock clock;

    /** @param retiresOn when EWS ends; empty: never */
    public EwsReports(
            Mailboxes mailboxes, RequestTally tally, Grants grants, Optional<LocalDate> retiresOn, Clock clock) {
        this.mailboxes = mailboxes;
        this.tally = tally;
        this.grants = grants;
        this.retiresOn = retiresOn;
        this.clock = clock;
    }

    /** @param days over how many days requests are counted, today included */
    public EwsReport make(int days) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        tally.flush();
        return EwsReport.of(today, days, retiresOn, mailboxes.all(), tally.since(today.minusDays(days - 1L)), grants);
    }

    /** Whole days until EWS ends; empty: never. */
    public Optional<Long> daysLeft() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return retiresOn.map(day -> new Deadline(day, "").daysFrom(today));
    }
}

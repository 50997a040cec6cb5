package org.mailcaravan.cutover;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.ingest.MailboxState;
import org.mailcaravan.ingest.MailboxStatus;
import org.mailcaravan.ingest.RequestTally;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/**
 * Who is still on EWS, what it is used for, and how long it lasts.
 *
 * @param today the day of the report (UTC)
 * @param days over how many days requests were counted, today included
 * @param deadlines empty if EWS does not end there
 * @param applications the app registrations whose mailboxes use it
 */
public record EwsReport(
        LocalDate today,
        int days,
        List<Deadline> deadlines,
        List<Application> applications,
        List<OfMailbox> mailboxes) {
    /**
     * An app registration.
     *
     * @param registration our name of it
     * @param appId what an administrator puts on the list
     */
    public record Application(String registration, String appId) {}

    /**
     * A mailbox that is read through EWS, or was asked through EWS in the time of the report.
     *
     * @param state as the command {@code mailboxes} shows it
     * @param missing the permission of Graph that its grant does not hold, if that is known
     */
    public record OfMailbox(
            Mailbox mailbox,
            String state,
            String registration,
            String appId,
            Optional<String> missing,
            List<Used> operations) {
        /** Requests of all operations. */
        public long requests() {
            return operations.stream().mapToLong(Used::requests).sum();
        }
    }

    /**
     * An operation that was used.
     *
     * @param graph what replaces it in Graph, or what is missing there
     * @param gap whether nothing replaces it today
     */
    public record Used(String operation, long requests, String graph, boolean gap) {}

    static EwsReport of(
            LocalDate today,
            int days,
            Optional<LocalDate> retiresOn,
            List<MailboxStatus> mailboxes,
            List<RequestTally.Total> totals,
            Grants grants) {
        List<OfMailbox> all = new ArrayList<>();
        Map<String, Application> applications = new LinkedHashMap<>();
        for (MailboxStatus status : mailboxes) {
            List<Used> used = used(status.mailbox(), totals);
            boolean reads = status.mailbox().protocol() == Protocol.EWS && status.state() != MailboxState.DISCONNECTED;
            if (reads || !used.isEmpty()) {
                OfMailbox one = of(status, used, grants);
                all.add(one);
                applications.put(one.registration(), new Application(one.registration(), one.appId()));
            }
        }
        return new EwsReport(
                today, days, Deadline.all(retiresOn), List.copyOf(applications.values()), List.copyOf(all));
    }

    private static OfMailbox of(MailboxStatus status, List<Used> used, Grants grants) {
        String registration = grants.registration(status.mailbox());
        return new OfMailbox(
                status.mailbox(),
                status.state().word(),
                registration,
                grants.appId(registration),
                grants.missing(status.mailbox()),
                used);
    }

    private static List<Used> used(Mailbox mailbox, List<RequestTally.Total> totals) {
        return totals.stream()
                .filter(total ->
                        total.protocol() == Protocol.EWS && total.mailbox().equals(mailbox.id()))
                .map(total -> {
                    EwsOperations.Way way = EwsOperations.wayOf(total.operation());
                    return new Used(total.operation(), total.requests(), way.words(), !way.known());
                })
                .toList();
    }

    /** What an administrator runs in Exchange Online PowerShell so that an application stays allowed meanwhile. */
    public List<String> allowing(Application application) {
        return List.of(
                "# app registration " + application.registration()
                        + ": first read what is allowed, for the next command replaces the list",
                "Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy | Format-List EwsEnabled,EwsAllowedAppIDs",
                "Set-OrganizationConfig -EwsAllowedAppIDs \"<every id that was listed>," + application.appId() + "\"",
                "Set-OrganizationConfig -EwsEnabled $true",
                "# only where Get-CASMailbox shows EwsEnabled False:",
                "Set-CASMailbox -Identity <mailbox> -EwsEnabled $true");
    }
}

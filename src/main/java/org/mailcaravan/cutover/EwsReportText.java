package org.mailcaravan.cutover;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report on EWS as people read it, and as spreadsheets do. Addresses are shown only if they are asked for. */
public final class EwsReportText {
    private final EwsReport report;
    private final boolean addresses;

    public EwsReportText(EwsReport report, boolean addresses) {
        this.report = report;
        this.addresses = addresses;
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("EWS on ")
                .append(report.today())
                .append(", requests of ")
                .append(report.days())
                .append(" days\n\n");
        deadlines(text);
        text.append(report.mailboxes().size()).append(" mailboxes\n");
        report.mailboxes().forEach(mailbox -> mailbox(text, mailbox));
        if (!report.applications().isEmpty() && !report.deadlines().isEmpty()) {
            text.append(
                    "\nTo stay allowed meanwhile, an administrator runs in Exchange Online PowerShell (takes up to 24 hours):\n");
            report.applications()
                    .forEach(application -> report.allowing(application)
                            .forEach(line -> text.append("  ").append(line).append('\n')));
        }
        return text.toString();
    }

    private void deadlines(StringBuilder text) {
        for (Deadline deadline : report.deadlines()) {
            long days = deadline.daysFrom(report.today());
            text.append(deadline.day())
                    .append(days >= 0 ? "  in " + days + " days: " : "  " + -days + " days ago: ")
                    .append(deadline.what())
                    .append('\n');
        }
        if (report.deadlines().isEmpty()) {
            text.append("EWS does not end there (ews.retires-on=never).\n");
        }
        text.append('\n');
    }

    private void mailbox(StringBuilder text, EwsReport.OfMailbox one) {
        text.append("\n")
                .append(one.mailbox().id())
                .append("  ")
                .append(one.mailbox().protocol().word());
        text.append("  ").append(one.state()).append("  app ").append(one.appId());
        address(one).ifPresent(address -> text.append("  ").append(address));
        text.append("\n  folders: ").append(String.join(", ", one.mailbox().folders()));
        text.append("\n  Graph: ").append(readiness(one));
        text.append("\n  requests: ").append(perDay(one.requests())).append(" a day\n");
        one.operations()
                .forEach(used -> text.append(String.format(
                        Locale.ROOT,
                        "    %-20s %8d  %s%s%n",
                        used.operation(),
                        used.requests(),
                        used.gap() ? "gap: " : "",
                        used.graph())));
    }

    private static String readiness(EwsReport.OfMailbox one) {
        return one.missing()
                .map(permission -> "needs consent to " + permission + ", see 'mailcaravan cutover plan'")
                .orElse("no missing permission is known, see 'mailcaravan cutover plan'");
    }

    private Optional<String> address(EwsReport.OfMailbox one) {
        return addresses ? Optional.of(one.mailbox().address().value()) : Optional.empty();
    }

    private String perDay(long requests) {
        return String.format(Locale.ROOT, "%.1f", requests / (double) report.days());
    }

    /** One line per mailbox and operation (RFC 4180). */
    public String csv() {
        String head =
                "mailbox,address,protocol,state,app_id,folders,graph_permission_missing,operation,requests,requests_per_day,"
                        + "graph_equivalent,gap,days_left";
        return Stream.concat(Stream.of(head), report.mailboxes().stream().flatMap(one -> rows(one).stream()))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private List<String> rows(EwsReport.OfMailbox one) {
        List<EwsReport.Used> operations =
                one.operations().isEmpty() ? List.of(new EwsReport.Used("", 0, "", false)) : one.operations();
        return operations.stream()
                .map(used -> Stream.of(
                                one.mailbox().id().toString(),
                                address(one).orElse(""),
                                one.mailbox().protocol().word(),
                                one.state(),
                                one.appId(),
                                String.join(" ", one.mailbox().folders()),
                                one.missing().orElse(""),
                                used.operation(),
                                String.valueOf(used.requests()),
                                perDay(used.requests()),
                                used.graph(),
                                String.valueOf(used.gap()),
                                daysLeft())
                        .map(EwsReportText::quoted)
                        .collect(Collectors.joining(",")))
                .toList();
    }

    private String daysLeft() {
        return report.deadlines().stream()
                .reduce((one, later) -> later)
                .map(last -> String.valueOf(last.daysFrom(report.today())))
                .orElse("");
    }

    /** What a spreadsheet would take for a formula is made text: folder names come from outside. */
    private static String quoted(String value) {
        String harmless = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 && !value.matches("-?\\d+")
                ? "'" + value
                : value;
        return harmless.matches("[A-Za-z0-9 ._:@'-]*") ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
    }
}

package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.cutover.CutoverPlan;
import org.mailcaravan.cutover.Cutovers;
import org.mailcaravan.cutover.EwsReport;
import org.mailcaravan.cutover.EwsReportText;
import org.mailcaravan.cutover.EwsReports;
import org.mailcaravan.cutover.FolderDifference;
import org.mailcaravan.ingest.MailboxStatus;
import org.mailcaravan.ingest.Mailboxes;
import org.mailcaravan.ingest.ProtocolChange;
import org.mailcaravan.ingest.ProtocolChanges;
import org.mailcaravan.ingest.RequestTally;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.management.Operation;
import org.mailcaravan.management.OperationRefusedException;

/** What commands may ask of the running process about moving mailboxes from EWS to Graph, and back. */
final class CutoverOperations {
    private static final int MOST_IDS = 20;
    private static final int MOST_SAMPLES = 500;

    private final ObjectMapper json = new ObjectMapper();
    private final Mailboxes mailboxes;
    private final ProtocolChanges changes;
    private final Cutovers cutovers;
    private final EwsReports reports;
    private final Function<String, String> consentLink;

    /** @param consentLink makes the link by which an administrator consents to Graph, for an app registration by its name */
    CutoverOperations(
            Mailboxes mailboxes,
            ProtocolChanges changes,
            Cutovers cutovers,
            EwsReports reports,
            Function<String, String> consentLink) {
        this.mailboxes = mailboxes;
        this.changes = changes;
        this.cutovers = cutovers;
        this.reports = reports;
        this.consentLink = consentLink;
    }

    /** Each by the name it is called by. */
    Map<String, Operation> byName() {
        return Map.of(
                "cutover-plan", this::plan,
                "cutover-shadow", this::shadow,
                "cutover-switch", this::switchOver,
                "cutover-rollback", this::rollback,
                "cutover-status", this::status,
                "ews-report", this::report);
    }

    private JsonNode plan(JsonNode input) {
        return each(chosen(input, true), this::describe);
    }

    private JsonNode shadow(JsonNode input) {
        int sample = input.path("sample").asInt(20);
        if (sample < 0 || sample > MOST_SAMPLES) {
            throw new OperationRefusedException("sample must be 0 to " + MOST_SAMPLES + ".");
        }
        return each(chosen(input, true), (node, mailbox, links) -> {
            try {
                List<FolderDifference> folders = cutovers.shadow(mailbox, sample);
                node.put("same", folders.stream().allMatch(FolderDifference::same));
                ArrayNode list = node.putArray("folders");
                folders.forEach(folder -> describe(list.addObject(), folder));
            } catch (MailSourceException e) {
                node.put("refused", e.getMessage());
            }
        });
    }

    private JsonNode switchOver(JsonNode input) {
        boolean acceptGaps = input.path("acceptGaps").asBoolean(false);
        return each(chosen(input, true), (node, mailbox, links) -> {
            CutoverPlan plan = describe(node, mailbox, links);
            boolean goes = plan.verdict() == CutoverPlan.Verdict.READY
                    || acceptGaps
                            && plan.verdict() == CutoverPlan.Verdict.GAPS
                            && !plan.folders().isEmpty();
            if (goes) {
                cutovers.begin(plan, false);
            }
            node.put("begun", goes);
        });
    }

    private JsonNode rollback(JsonNode input) {
        return each(chosen(input, false), (node, mailbox, links) -> {
            try {
                Optional<ProtocolChange> begun = cutovers.rollback(mailbox);
                node.put("begun", begun.isPresent());
            } catch (MailSourceException e) {
                node.put("begun", false).put("refused", e.getMessage());
            }
        });
    }

    private JsonNode status(JsonNode input) {
        Map<MailboxId, ProtocolChange> all = new LinkedHashMap<>();
        changes.all().forEach(change -> all.put(change.mailbox(), change));
        List<Mailbox> asked = input.path("mailboxes").isEmpty()
                ? mailboxes.all().stream()
                        .map(MailboxStatus::mailbox)
                        .filter(mailbox -> all.containsKey(mailbox.id()))
                        .toList()
                : chosen(input, false);
        return each(asked, (node, mailbox, links) -> {
            node.put("protocol", mailbox.protocol().word());
            Optional.ofNullable(all.get(mailbox.id())).ifPresent(change -> describe(node, change));
        });
    }

    private JsonNode report(JsonNode input) {
        int days = input.path("days").asInt(7);
        if (days < 1 || days > RequestTally.DAYS) {
            throw new OperationRefusedException("days must be 1 to " + RequestTally.DAYS + ".");
        }
        EwsReport report = reports.make(days);
        boolean addresses = input.path("addresses").asBoolean(false);
        EwsReportText text = new EwsReportText(report, addresses);
        ObjectNode answer = json.createObjectNode();
        return switch (input.path("format").asText("text")) {
            case "text" -> answer.put("report", text.text());
            case "csv" -> answer.put("report", text.csv());
            case "json" -> answer.set("report", describe(report, addresses));
            default -> throw new OperationRefusedException("format must be text, json or csv.");
        };
    }

    /** What is said about one mailbox. */
    private interface Saying {
        void say(ObjectNode node, Mailbox mailbox, Function<String, String> links);
    }

    private JsonNode each(List<Mailbox> asked, Saying saying) {
        ObjectNode answer = json.createObjectNode();
        ArrayNode list = answer.putArray("mailboxes");
        Map<String, String> links = new HashMap<>();
        for (Mailbox mailbox : asked) {
            saying.say(
                    list.addObject().put("id", mailbox.id().toString()),
                    mailbox,
                    registration -> links.computeIfAbsent(registration, consentLink));
        }
        return answer;
    }

    /** @param orAll whether nothing named and {@code all} means every mailbox that is read through EWS */
    private List<Mailbox> chosen(JsonNode input, boolean orAll) {
        List<Mailbox> chosen = new ArrayList<>();
        input.path("mailboxes").forEach(name -> chosen.add(named(name.asText())));
        if (chosen.isEmpty() && orAll && input.path("all").asBoolean(false)) {
            return mailboxes.readBy(Protocol.EWS);
        }
        if (chosen.isEmpty()) {
            throw new OperationRefusedException(
                    orAll
                            ? "Name the mailboxes, or say --all."
                            : "Name the mailboxes. The command mailboxes lists their ids.");
        }
        return chosen;
    }

    private Mailbox named(String name) {
        List<Mailbox> found = name.contains("@")
                ? mailboxes.findByAddress(new MailboxAddress(name))
                : mailboxes.find(id(name)).stream().toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new OperationRefusedException((found.isEmpty()
                        ? "There is no such mailbox: "
                        : "Several mailboxes have this address, name one by its id: ")
                + SettingTypes.quote(name) + ". The command mailboxes lists their ids.");
    }

    private static MailboxId id(String text) {
        try {
            return MailboxId.of(text);
        } catch (IllegalArgumentException e) {
            throw new OperationRefusedException(
                    "A mailbox is named by its id or address, but " + SettingTypes.quote(text) + " is neither.");
        }
    }

    private CutoverPlan describe(ObjectNode node, Mailbox mailbox, Function<String, String> links) {
        CutoverPlan plan = cutovers.plan(mailbox, links);
        node.put("verdict", plan.verdict().word());
        plan.consentLink().ifPresent(link -> node.put("consentLink", link));
        ArrayNode findings = node.putArray("findings");
        plan.findings()
                .forEach(finding -> findings.addObject()
                        .put("weight", finding.weight().word())
                        .put("what", finding.what())
                        .put("detail", finding.detail()));
        return plan;
    }

    private static void describe(ObjectNode node, FolderDifference folder) {
        node.put("folder", folder.entry())
                .put("byEws", folder.byEws())
                .put("byGraph", folder.byGraph())
                .put("compared", folder.compared())
                .put("same", folder.same());
        some(node, "onlyEws", folder.onlyEws());
        some(node, "onlyGraph", folder.onlyGraph());
        some(node, "wouldBeNew", folder.wouldBeNew());
        ArrayNode differing = node.putArray("differing");
        folder.differing().forEach(one -> {
            ObjectNode content = differing.addObject().put("graphId", one.graphId());
            one.differences().forEach(content.withArray("differences")::add);
        });
    }

    private static void some(ObjectNode node, String name, List<String> ids) {
        node.put(name + "Count", ids.size());
        ArrayNode list = node.putArray(name);
        ids.stream().limit(MOST_IDS).forEach(list::add);
    }

    private void describe(ObjectNode node, ProtocolChange change) {
        node.put("target", change.target().word())
                .put("phase", change.phase().word())
                .put("automatic", change.automatic())
                .put("translated", change.translated())
                .put("named", change.named())
                .put("begunAt", change.begunAt().toString());
        change.switchedAt().ifPresent(time -> node.put("switchedAt", time.toString()));
        change.settledAt().ifPresent(time -> node.put("settledAt", time.toString()));
        change.reason().ifPresent(reason -> node.put("reason", reason));
        ArrayNode ambiguous = node.putArray("ambiguous");
        changes.twins(change.mailbox(), MOST_IDS).forEach(twins -> {
            ObjectNode one =
                    ambiguous.addObject().put("message", twins.message().toString());
            twins.aliases().forEach(one.withArray("graphIds")::add);
        });
    }

    private JsonNode describe(EwsReport report, boolean addresses) {
        ObjectNode node =
                json.createObjectNode().put("today", report.today().toString()).put("days", report.days());
        ArrayNode deadlines = node.putArray("deadlines");
        report.deadlines()
                .forEach(deadline -> deadlines
                        .addObject()
                        .put("day", deadline.day().toString())
                        .put("daysLeft", deadline.daysFrom(report.today()))
                        .put("what", deadline.what()));
        ArrayNode applications = node.putArray("applications");
        report.applications().forEach(application -> {
            ObjectNode one = applications
                    .addObject()
                    .put("registration", application.registration())
                    .put("appId", application.appId());
            report.allowing(application).forEach(one.withArray("allowing")::add);
        });
        ArrayNode list = node.putArray("mailboxes");
        report.mailboxes().forEach(one -> describe(list.addObject(), one, report.days(), addresses));
        return node;
    }

    private static void describe(ObjectNode node, EwsReport.OfMailbox one, int days, boolean address) {
        node.put("id", one.mailbox().id().toString())
                .put("protocol", one.mailbox().protocol().word())
                .put("state", one.state())
                .put("registration", one.registration())
                .put("appId", one.appId())
                .put("requestsPerDay", one.requests() / (double) days);
        if (address) {
            node.put("address", one.mailbox().address().value());
        }
        one.missing().ifPresent(permission -> node.put("graphPermissionMissing", permission));
        one.mailbox().folders().forEach(node.withArray("folders")::add);
        ArrayNode operations = node.putArray("operations");
        one.operations()
                .forEach(used -> operations
                        .addObject()
                        .put("operation", used.operation())
                        .put("requests", used.requests())
                        .put("graph", used.graph())
                        .put("gap", used.gap()));
    }
}

package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.ingest.ProtocolChanges;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.Protocol;

/** Makes the plan of one mailbox. Each question is asked only if the one before has a good answer. */
final class Planning {
    private static final int TRANSLATED = 10;
    private static final int LONGEST_NAME = 60;

    private final Sides sides;
    private final Grants grants;
    private final ProtocolChanges changes;
    private final int sample;
    private final List<CutoverPlan.Finding> findings = new ArrayList<>();
    private final List<String> entries = new ArrayList<>();
    private boolean gaps;

    Planning(Sides sides, Grants grants, ProtocolChanges changes, int sample) {
        this.sides = sides;
        this.grants = grants;
        this.changes = changes;
        this.sample = sample;
    }

    /** @param consentLink makes the link for the administrator, for an app registration */
    CutoverPlan make(Function<String, String> consentLink) {
        if (sides.mailbox().protocol() == Protocol.GRAPH) {
            add(CutoverPlan.Weight.FINE, "protocol", "it is read through Graph");
            return plan(CutoverPlan.Verdict.ON_GRAPH, Optional.empty());
        }
        try {
            probe(grants, sides);
            add(CutoverPlan.Weight.FINE, "permission", "Graph lets the mailbox be read");
            ids();
            folders();
            return plan(gaps ? CutoverPlan.Verdict.GAPS : CutoverPlan.Verdict.READY, Optional.empty());
        } catch (ConsentRequiredException e) {
            add(CutoverPlan.Weight.OBSTACLE, "permission", e.getMessage());
            String link = consentLink.apply(grants.registration(sides.mailbox()));
            return plan(CutoverPlan.Verdict.NEEDS_CONSENT, Optional.of(link));
        } catch (MailSourceException e) {
            add(CutoverPlan.Weight.OBSTACLE, "Graph", e.getMessage());
            return plan(CutoverPlan.Verdict.NOT_READY, Optional.empty());
        }
    }

    private CutoverPlan plan(CutoverPlan.Verdict verdict, Optional<String> link) {
        List<String> folders = entries.isEmpty() ? sides.mailbox().folders() : entries;
        return new CutoverPlan(sides.mailbox().id(), verdict, List.copyOf(findings), List.copyOf(folders), link);
    }

    private void add(CutoverPlan.Weight weight, String what, String detail) {
        findings.add(new CutoverPlan.Finding(weight, what, detail));
    }

    /**
     * One request to Graph, with our own User-Agent, as every other.
     *
     * @throws ConsentRequiredException if the mailbox cannot be read through Graph before somebody consents
     * @throws MailSourceException if it cannot be read, or Graph does not tell
     */
    static void probe(Grants grants, Sides sides) {
        AccessToken token = grants.acquire(sides.mailbox(), Protocol.GRAPH);
        try {
            sides.graph().probe(sides.onGraph(), token);
        } catch (ConsentRequiredException e) {
            grants.forget(sides.mailbox(), Protocol.GRAPH, token);
            sides.graph().probe(sides.onGraph(), grants.acquire(sides.mailbox(), Protocol.GRAPH));
        }
    }

    private void ids() {
        List<String> ids = changes.itemIds(sides.mailbox().id(), TRANSLATED);
        if (ids.isEmpty()) {
            add(CutoverPlan.Weight.FINE, "ids", "no message was read yet");
            return;
        }
        try {
            int translated = sides.names().translate(sides.onGraph(), ids).size();
            add(
                    CutoverPlan.Weight.FINE,
                    "ids",
                    translated + " of the newest " + ids.size()
                            + " ids are translated; the others moved or went since");
        } catch (ConsentRequiredException e) {
            add(
                    CutoverPlan.Weight.NOTE,
                    "ids",
                    "Graph does not translate ids for this application: messages will be recognised by listing the mailbox once."
                            + " To have them translated let an administrator consent to User.ReadBasic.All of Microsoft Graph.");
        }
    }

    private void folders() {
        List<MailFolder> ews = byEws();
        for (String entry : sides.mailbox().folders()) {
            folder(entry, of(entry, ews));
        }
        if (!ews.isEmpty() && sample > 0) {
            sampleIfBothAnswer(ews);
        }
    }

    /** EWS may be blocked already: then there is nothing to compare with. */
    private List<MailFolder> byEws() {
        try {
            return sides.ews().fetchFolders(sides.onEws());
        } catch (MailSourceException e) {
            add(CutoverPlan.Weight.NOTE, "EWS", "not compared with EWS, which does not answer: " + e.getMessage());
            return List.of();
        }
    }

    private static Optional<MailFolder> of(String entry, List<MailFolder> folders) {
        return folders.stream()
                .filter(folder -> folder.name().equalsIgnoreCase(entry))
                .findFirst();
    }

    private void folder(String entry, Optional<MailFolder> byEws) {
        Optional<String> gap = gap(entry);
        Optional<String> mapped = gap.isPresent() ? Optional.empty() : mapped(entry, byEws);
        mapped.ifPresent(entries::add);
        if (mapped.isPresent()) {
            add(CutoverPlan.Weight.FINE, "folder " + shown(entry), "Graph finds it");
        } else if (gap.isPresent() || byEws.isPresent()) {
            gaps = true;
            String reason = gap.orElse("Graph does not find it: name it as Graph does (a well-known name or a path of"
                    + " display names) in mail.folders and connect the mailbox again.");
            add(CutoverPlan.Weight.OBSTACLE, "folder " + shown(entry), reason);
        } else {
            entries.add(entry);
            add(CutoverPlan.Weight.NOTE, "folder " + shown(entry), "neither protocol finds it");
        }
    }

    private static String shown(String entry) {
        return entry.length() <= LONGEST_NAME ? entry : entry.substring(0, LONGEST_NAME) + "...";
    }

    /** What Graph has no route to, as Microsoft says. */
    private static Optional<String> gap(String entry) {
        String name = entry.toLowerCase(Locale.ROOT);
        if (name.startsWith("publicfolders")) {
            return Optional.of(
                    "Public folders have no Graph route, and none is planned: leave the folder out, or keep it on EWS"
                            + " until it ends.");
        }
        boolean archive = Arrays.asList("archiveroot", "archivemsgfolderroot", "archiveinbox", "archivedeleteditems")
                        .contains(name)
                || name.startsWith("archiverecoverable");
        return archive
                ? Optional.of(
                        "The in-place archive has no Graph route yet (Microsoft announced one for the fourth quarter of 2026):"
                                + " leave the folder out, or wait.")
                : Optional.empty();
    }

    /** The entry by which Graph finds the folder: the same, or its id translated. */
    private Optional<String> mapped(String entry, Optional<MailFolder> byEws) {
        if (found(entry)) {
            return Optional.of(entry);
        }
        return byEws.filter(folder -> folder.id().equals(entry))
                .flatMap(folder -> translated(folder.id()))
                .filter(this::found);
    }

    private boolean found(String entry) {
        return !sides.graph().fetchFolders(sides.onGraph().from(List.of(entry))).isEmpty();
    }

    private Optional<String> translated(String id) {
        try {
            return Optional.ofNullable(sides.names()
                            .translate(sides.onGraph(), List.of(id))
                            .get(id))
                    .map(MessageAlias::value);
        } catch (ConsentRequiredException e) {
            return Optional.empty();
        }
    }

    private void sampleIfBothAnswer(List<MailFolder> ews) {
        try {
            sample(ews);
        } catch (MailSourceException e) {
            add(CutoverPlan.Weight.NOTE, "sample", "no messages were compared: " + e.getMessage());
        }
    }

    private void sample(List<MailFolder> ews) {
        List<MailFolder> graph = sides.graph().fetchFolders(sides.onGraph());
        MailFolder first = ews.get(0);
        Optional<MailFolder> pair = of(first.name(), graph);
        if (pair.isEmpty()) {
            return;
        }
        ContentSample.Result result = new ContentSample(sides).compare(first, pair.get(), sample);
        add(
                result.differing().isEmpty() ? CutoverPlan.Weight.FINE : CutoverPlan.Weight.NOTE,
                "sample",
                result.compared() + " messages compared by headers and by the bytes of their parts, "
                        + (result.differing().isEmpty()
                                ? "all the same"
                                : result.differing().size() + " differ: "
                                        + result.differing().get(0).differences()));
    }
}

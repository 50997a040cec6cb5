package org.mailcaravan.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mailcaravan.sandbox.ControlApi;
import org.mailcaravan.sandbox.graph.DeltaCursors;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.FolderCounts;
import org.mailcaravan.sandbox.mail.Lag;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The control operations on mail: the truth about every mailbox, and everything that can happen to a message. */
final class MailboxOperations {
    private static final int LARGEST_BURST = 100_000;
    private static final String SENDER = "control@sandbox.example";

    private final SandboxMailboxes mailboxes;
    private final DeltaCursors cursors;
    private final Letters letters;

    MailboxOperations(SandboxMailboxes mailboxes, DeltaCursors cursors, Letters letters) {
        this.mailboxes = mailboxes;
        this.cursors = cursors;
        this.letters = letters;
    }

    void addTo(ControlApi control) {
        control.reading("mailboxes", input -> Map.of("mailboxes", all()));
        control.reading("mailboxes/messages", this::messages);
        control.operation("mailboxes/send", this::send);
        control.operation("mailboxes/burst", this::burst);
        control.operation("mailboxes/move", this::move);
        control.operation("mailboxes/delete", this::delete);
        control.operation("mailboxes/read", this::read);
        control.operation("mailboxes/edit", this::edit);
        control.operation("mailboxes/folder", this::folder);
        control.operation("mailboxes/expire-cursors", this::expireCursors);
    }

    private List<Map<String, Object>> all() {
        return mailboxes.all().stream().map(MailboxOperations::told).toList();
    }

    private static Map<String, Object> told(SandboxMailbox mailbox) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", mailbox.ownerId().toString());
        told.put("userPrincipalName", mailbox.userPrincipalName());
        told.put("displayName", mailbox.displayName());
        told.put("messages", mailbox.size());
        told.put("deleted", mailbox.deletedMessages().size());
        told.put(
                "folders",
                mailbox.folders().stream().map(folder -> told(mailbox, folder)).toList());
        return told;
    }

    private static Map<String, Object> told(SandboxMailbox mailbox, SandboxFolder folder) {
        FolderCounts counts = mailbox.counts(folder);
        return Map.of(
                "id", folder.restId(),
                "name", name(folder),
                "total", counts.total(),
                "unread", counts.unread());
    }

    private Object messages(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        boolean withSubject = input.path("withSubject").asBoolean(false);
        List<Map<String, Object>> told = new ArrayList<>();
        mailbox.messages().forEach(message -> told.add(told(message, false, withSubject)));
        mailbox.deletedMessages().forEach(message -> told.add(told(message, true, withSubject)));
        return Map.of("messages", told);
    }

    private static Map<String, Object> told(SandboxMessage message, boolean deleted, boolean withSubject) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("number", message.number());
        told.put("folder", name(message.folder()));
        told.put("id", message.restId());
        told.put("immutableId", message.immutableId());
        told.put("itemId", message.itemId());
        told.put("received", message.received().toString());
        told.put("isRead", message.isRead());
        told.put("deleted", deleted);
        if (withSubject) {
            told.put("subject", message.subject());
        }
        return told;
    }

    private Object send(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        Letters.Wish wish = new Letters.Wish(
                input.path("from").asText(SENDER),
                input.path("subject").asText("A mail from the control API"),
                input.path("text").asText("Hello.\n"),
                input.path("attachmentName").asText(""),
                input.path("attachmentBytes").asLong(0));
        return told(mailbox.deliver(target(mailbox, input, "inbox"), letters.write(mailbox, wish)), false, true);
    }

    private Object burst(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        int count = input.path("count").asInt(0);
        if (count < 1 || count > LARGEST_BURST) {
            throw new IllegalArgumentException("count must lie between 1 and " + LARGEST_BURST);
        }
        List<ComposedMail> mails = IntStream.rangeClosed(1, count)
                .mapToObj(number ->
                        new Letters.Wish(SENDER, "Burst " + number + " of " + count, "Number " + number + ".\n", "", 0))
                .map(wish -> letters.write(mailbox, wish))
                .toList();
        List<SandboxMessage> delivered = mailbox.burst(target(mailbox, input, "inbox"), mails);
        return Map.of("numbers", delivered.stream().map(SandboxMessage::number).toList());
    }

    private Object move(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        return changed(mailbox.move(number(input), target(mailbox, input, ""), lag(input)));
    }

    private Object delete(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        boolean forGood = input.path("forGood").asBoolean(false);
        SandboxMessage last = (forGood ? mailbox.purge(number(input)) : mailbox.delete(number(input)))
                .orElseThrow(MailboxOperations::noSuchMessage);
        return told(last, mailbox.findMessage(last.number()).isEmpty(), false);
    }

    private Object read(JsonNode input) {
        return changed(mailbox(input).setRead(number(input), input.path("read").asBoolean(true)));
    }

    private Object edit(JsonNode input) {
        return changed(mailbox(input).edit(number(input), input.path("subject").asText("Edited")));
    }

    private Object folder(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        String name = input.path("name").asText("");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name is missing: how the new folder is to be called");
        }
        return told(mailbox, mailbox.addFolder(target(mailbox, input, "msgfolderroot"), name));
    }

    private Object expireCursors(JsonNode input) {
        SandboxMailbox mailbox = mailbox(input);
        String as = input.path("as").asText("gone").replace('-', '_').toUpperCase(Locale.ROOT);
        cursors.invalidate(
                mailbox.ownerId(), one(DeltaCursors.Loss.class, as, "as is gone, not-found or resync-required"));
        return Map.of();
    }

    private SandboxMailbox mailbox(JsonNode input) {
        String asked = input.path("mailbox").asText("");
        return mailboxes
                .find(asked)
                .orElseThrow(() -> new IllegalArgumentException(
                        "mailbox is missing or unknown: give a user's object id or user principal name"));
    }

    private static SandboxFolder target(SandboxMailbox mailbox, JsonNode input, String otherwise) {
        return mailbox.findFolder(input.path("folder").asText(otherwise))
                .orElseThrow(() -> new IllegalArgumentException(
                        "folder is missing or unknown: give a well-known name or a folder id"));
    }

    private static long number(JsonNode input) {
        if (!input.path("number").canConvertToLong()) {
            throw new IllegalArgumentException("number is missing: which message (X-Sandbox-Message)");
        }
        return input.path("number").asLong();
    }

    private static Lag lag(JsonNode input) {
        String asked = input.path("lag").asText("none").replace('-', '_').toUpperCase(Locale.ROOT);
        return one(Lag.class, asked, "lag is none, removal-late or creation-late");
    }

    private static <E extends Enum<E>> E one(Class<E> type, String name, String remedy) {
        return Optional.of(name)
                .filter(asked -> List.of(type.getEnumConstants()).stream()
                        .anyMatch(known -> known.name().equals(asked)))
                .map(asked -> Enum.valueOf(type, asked))
                .orElseThrow(() -> new IllegalArgumentException(remedy));
    }

    private static Object changed(Optional<SandboxMessage> message) {
        return told(message.orElseThrow(MailboxOperations::noSuchMessage), false, false);
    }

    private static IllegalArgumentException noSuchMessage() {
        return new IllegalArgumentException("No message with this number is in this mailbox");
    }

    private static String name(SandboxFolder folder) {
        return folder.wellKnownName().orElse(folder.displayName());
    }
}

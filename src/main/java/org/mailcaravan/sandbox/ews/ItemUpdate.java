package org.mailcaravan.sandbox.ews;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mailcaravan.sandbox.mail.FollowUp;
import org.mailcaravan.sandbox.mail.Importance;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** What {@code t:Updates} wants of an item. */
final class ItemUpdate {
    private static final Map<String, String> ELEMENTS = Map.of(
            "message:IsRead", "t:IsRead",
            "item:Categories", "t:Categories",
            "item:Flag", "t:Flag",
            "item:Importance", "t:Importance");

    private final List<UnaryOperator<SandboxMessage>> changes;

    private ItemUpdate(List<UnaryOperator<SandboxMessage>> changes) {
        this.changes = changes;
    }

    SandboxMessage applied(SandboxMessage message) {
        SandboxMessage changed = message;
        for (UnaryOperator<SandboxMessage> change : changes) {
            changed = change.apply(changed);
        }
        return changed;
    }

    static Outcome<ItemUpdate> of(XmlElement updates) {
        List<UnaryOperator<SandboxMessage>> changes = new ArrayList<>();
        for (XmlElement update : updates.children()) {
            Outcome<UnaryOperator<SandboxMessage>> change = change(update);
            if (change.problem().isPresent()) {
                return change.recast();
            }
            change.value().ifPresent(changes::add);
        }
        return Outcome.of(new ItemUpdate(changes));
    }

    private static Outcome<UnaryOperator<SandboxMessage>> change(XmlElement update) {
        String uri = update.children().get(0).attribute("FieldURI").orElse("");
        if (!ELEMENTS.containsKey(uri) || update.name().equals("t:AppendToItemField")) {
            return Outcome.failed(new Problem(
                    "ErrorInvalidPropertySet",
                    "The property cannot be set; the sandbox sets IsRead, Categories, Flag and Importance."));
        }
        return update.name().equals("t:DeleteItemField")
                ? deleted(uri)
                : set(uri, update.children().get(1));
    }

    private static Outcome<UnaryOperator<SandboxMessage>> deleted(String uri) {
        return switch (uri) {
            case "item:Categories" ->
                Outcome.of(message -> message.with(message.marks().withCategories(List.of())));
            case "item:Flag" ->
                Outcome.of(message -> message.with(message.marks().withFollowUp(FollowUp.NONE)));
            default -> Outcome.failed(new Problem("ErrorInvalidPropertyDelete", "The property cannot be deleted."));
        };
    }

    private static Outcome<UnaryOperator<SandboxMessage>> set(String uri, XmlElement item) {
        if (item.children().size() != 1) {
            return Outcome.failed(new Problem(
                    "ErrorIncorrectUpdatePropertyCount", "An update must have exactly one property to set."));
        }
        XmlElement property = item.children().get(0);
        if (!property.name().equals(ELEMENTS.get(uri))) {
            return Outcome.failed(new Problem(
                    "ErrorUpdatePropertyMismatch",
                    "The property in the update does not match the property path that it names."));
        }
        return Outcome.of(change(uri, property));
    }

    private static UnaryOperator<SandboxMessage> change(String uri, XmlElement property) {
        String text = property.text().strip();
        return switch (uri) {
            case "message:IsRead" ->
                message -> message.with(message.marks().withRead(text.equals("true") || text.equals("1")));
            case "item:Categories" -> {
                List<String> names =
                        property.children().stream().map(XmlElement::text).toList();
                yield message -> message.with(message.marks().withCategories(names));
            }
            case "item:Flag" -> {
                FollowUp flag = flag(property);
                yield message -> message.with(message.marks().withFollowUp(flag));
            }
            default -> {
                Importance importance = Importance.valueOf(text.toUpperCase(Locale.ROOT));
                yield message -> message.with(importance);
            }
        };
    }

    private static FollowUp flag(XmlElement flag) {
        String name = flag.findText("t:FlagStatus").orElse("NotFlagged");
        FollowUp.Status status = Arrays.stream(FollowUp.Status.values())
                .filter(known -> known.ewsName().equals(name))
                .findFirst()
                .orElse(FollowUp.Status.NOT_FLAGGED);
        return new FollowUp(status, time(flag, "t:StartDate"), time(flag, "t:DueDate"), time(flag, "t:CompleteDate"));
    }

    /** Without an offset a time is UTC, as no {@code TimeZoneContext} is supported. */
    private static Optional<Instant> time(XmlElement flag, String name) {
        return flag.findText(name)
                .map(text -> text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
                        ? OffsetDateTime.parse(text).toInstant()
                        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    }
}

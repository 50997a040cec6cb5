package org.mailcaravan.sandbox.ews;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** {@code m:Restriction} of FindItem: comparisons with constants and Contains, joined by And, Or and Not, on the fields that mail is searched by. */
final class ItemRestriction {
    private static final Map<String, Function<SandboxMessage, Comparable<?>>> FIELDS = Map.of(
            "item:DateTimeReceived", SandboxMessage::received,
            "item:LastModifiedTime", SandboxMessage::lastModified,
            "item:DateTimeSent", SandboxMessage::sent,
            "item:Size", SandboxMessage::size,
            "item:Subject", SandboxMessage::subject,
            "item:HasAttachments", SandboxMessage::hasAttachments,
            "item:Importance", message -> message.importance().ewsName(),
            "message:IsRead", SandboxMessage::isRead,
            "message:InternetMessageId", message -> message.internetMessageId().orElse(""));

    private static final Map<String, IntPredicate> COMPARISONS = Map.of(
            "t:IsEqualTo", order -> order == 0,
            "t:IsNotEqualTo", order -> order != 0,
            "t:IsGreaterThan", order -> order > 0,
            "t:IsGreaterThanOrEqualTo", order -> order >= 0,
            "t:IsLessThan", order -> order < 0,
            "t:IsLessThanOrEqualTo", order -> order <= 0);

    private ItemRestriction() {}

    /** @throws EwsFault for what the sandbox cannot compare */
    static Predicate<SandboxMessage> of(EwsCall call) throws EwsFault {
        Optional<XmlElement> restriction = call.operation().find("m:Restriction");
        return restriction.isPresent() ? condition(restriction.get().children().get(0)) : message -> true;
    }

    private static Predicate<SandboxMessage> condition(XmlElement expression) throws EwsFault {
        return switch (expression.name()) {
            case "t:And" -> joined(expression.children(), true);
            case "t:Or" -> joined(expression.children(), false);
            case "t:Not" -> condition(expression.children().get(0)).negate();
            case "t:Contains" -> contains(expression);
            default -> comparison(expression);
        };
    }

    private static Predicate<SandboxMessage> joined(List<XmlElement> parts, boolean all) throws EwsFault {
        Predicate<SandboxMessage> joined = condition(parts.get(0));
        for (XmlElement part : parts.subList(1, parts.size())) {
            joined = all ? joined.and(condition(part)) : joined.or(condition(part));
        }
        return joined;
    }

    private static Predicate<SandboxMessage> contains(XmlElement expression) throws EwsFault {
        Function<SandboxMessage, Comparable<?>> field = field(expression);
        boolean anyCase = expression
                .attribute("ContainmentComparison")
                .filter(text -> text.startsWith("IgnoreCase") || text.equals("Loose"))
                .isPresent();
        String mode = expression.attribute("ContainmentMode").orElse("FullString");
        String wanted = folded(expression.get("t:Constant", "Value"), anyCase);
        return message -> contains(folded(String.valueOf(field.apply(message)), anyCase), wanted, mode);
    }

    private static String folded(String text, boolean anyCase) {
        return anyCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Exchange's {@code ExactPhrase} and {@code PrefixOnWords} look at words; here they are substrings. */
    private static boolean contains(String text, String wanted, String mode) {
        return switch (mode) {
            case "FullString" -> text.equals(wanted);
            case "Prefixed" -> text.startsWith(wanted);
            default -> text.contains(wanted);
        };
    }

    private static Predicate<SandboxMessage> comparison(XmlElement expression) throws EwsFault {
        IntPredicate accepts = COMPARISONS.get(expression.name());
        Optional<XmlElement> constant =
                expression.find("t:FieldURIOrConstant").flatMap(operand -> operand.find("t:Constant"));
        if (accepts == null || constant.isEmpty()) {
            throw unsupported();
        }
        Function<SandboxMessage, Comparable<?>> field = field(expression);
        String value = constant.get().attribute("Value").orElse("");
        return message -> accepts.test(order(field.apply(message), value));
    }

    private static Function<SandboxMessage, Comparable<?>> field(XmlElement expression) throws EwsFault {
        Function<SandboxMessage, Comparable<?>> field =
                FIELDS.get(expression.children().get(0).attribute("FieldURI").orElse(""));
        if (field == null) {
            throw unsupported();
        }
        return field;
    }

    private static int order(Comparable<?> actual, String value) {
        if (actual instanceof Instant time) {
            return time.compareTo(time(value).orElse(Instant.EPOCH));
        }
        if (actual instanceof Long number) {
            return value.matches("-?[0-9]{1,18}") ? number.compareTo(Long.valueOf(value)) : 1;
        }
        return actual instanceof Boolean flag
                ? flag.compareTo(value.equals("true") || value.equals("1"))
                : String.valueOf(actual).compareToIgnoreCase(value);
    }

    /** Without an offset a time is UTC. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(
                    text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }

    private static EwsFault unsupported() {
        return new EwsFault(
                "ErrorUnsupportedPathForQuery",
                "The sandbox compares with constants, and only these fields: "
                        + String.join(", ", FIELDS.keySet().stream().sorted().toList()) + ".");
    }
}

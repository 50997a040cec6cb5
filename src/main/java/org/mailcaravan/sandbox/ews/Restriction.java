package org.mailcaravan.sandbox.ews;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** A restriction that the schema has been checked of, by time of receipt, subject and read mark. */
final class Restriction {
    private static final Map<String, IntPredicate> COMPARISONS = Map.of(
            "t:IsEqualTo", sign -> sign == 0,
            "t:IsNotEqualTo", sign -> sign != 0,
            "t:IsGreaterThan", sign -> sign > 0,
            "t:IsGreaterThanOrEqualTo", sign -> sign >= 0,
            "t:IsLessThan", sign -> sign < 0,
            "t:IsLessThanOrEqualTo", sign -> sign <= 0);

    private Restriction() {}

    /** @throws EwsFault ErrorInvalidRequest if it looks at something else */
    static Predicate<SandboxMessage> of(XmlElement restriction) throws EwsFault {
        return expression(restriction.children().get(0));
    }

    private static Predicate<SandboxMessage> expression(XmlElement element) throws EwsFault {
        List<XmlElement> parts = element.children();
        switch (element.name()) {
            case "t:And" -> {
                Predicate<SandboxMessage> all = message -> true;
                for (XmlElement part : parts) {
                    all = all.and(expression(part));
                }
                return all;
            }
            case "t:Or" -> {
                Predicate<SandboxMessage> any = message -> false;
                for (XmlElement part : parts) {
                    any = any.or(expression(part));
                }
                return any;
            }
            case "t:Not" -> {
                return expression(parts.get(0)).negate();
            }
            case "t:Contains" -> {
                return contains(element);
            }
            default -> {
                return compare(element);
            }
        }
    }

    private static Predicate<SandboxMessage> contains(XmlElement element) throws EwsFault {
        boolean substring =
                element.attribute("ContainmentMode").orElse("FullString").equals("Substring");
        if (!field(element).equals("item:Subject") || !substring) {
            throw unsupported(element);
        }
        String wanted = element.get("t:Constant", "Value");
        boolean exact =
                element.attribute("ContainmentComparison").orElse("Exact").equals("Exact");
        return exact
                ? message -> message.subject().contains(wanted)
                : message -> message.subject().toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }

    private static Predicate<SandboxMessage> compare(XmlElement element) throws EwsFault {
        IntPredicate comparison = COMPARISONS.get(element.name());
        XmlElement other = element.children().get(element.children().size() - 1);
        if (comparison == null || other.find("t:Constant").isEmpty()) {
            throw unsupported(element);
        }
        String value = other.get("t:Constant", "Value");
        return switch (field(element)) {
            case "item:DateTimeReceived" -> by(SandboxMessage::received, time(value), comparison);
            case "item:Subject" -> by(SandboxMessage::subject, value, comparison);
            case "message:IsRead" -> by(SandboxMessage::isRead, value.matches("true|1"), comparison);
            default -> throw unsupported(element);
        };
    }

    private static <T extends Comparable<T>> Predicate<SandboxMessage> by(
            Function<SandboxMessage, T> field, T value, IntPredicate comparison) {
        return message -> comparison.test(field.apply(message).compareTo(value));
    }

    private static String field(XmlElement element) {
        return element.children().get(0).attribute("FieldURI").orElse("");
    }

    private static Instant time(String text) throws EwsFault {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new EwsFault("ErrorInvalidValueForProperty", "The value of the property is not a time.");
        }
    }

    private static EwsFault unsupported(XmlElement element) {
        return new EwsFault(
                "ErrorInvalidRequest", "The sandbox does not support this " + element.name() + " in a restriction.");
    }
}

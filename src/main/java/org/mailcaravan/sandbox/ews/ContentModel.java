package org.mailcaravan.sandbox.ews;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The children an element may have, in order: {@code "m:ItemShape m:SyncState? t:ItemId|t:OccurrenceItemId+"}. A slot is a name
 * or a choice of names; {@code ?}, {@code *} and {@code +} mean what they mean in a DTD.
 */
final class ContentModel {
    private final List<Slot> slots;

    private record Slot(Set<String> names, boolean required, boolean repeats) {
        static Slot of(String notation) {
            char last = notation.charAt(notation.length() - 1);
            boolean marked = "?*+".indexOf(last) >= 0;
            String names = marked ? notation.substring(0, notation.length() - 1) : notation;
            return new Slot(
                    new TreeSet<>(Arrays.asList(names.split("\\|"))),
                    last != '?' && last != '*',
                    last == '*' || last == '+');
        }
    }

    ContentModel(String notation) {
        slots = notation.isBlank()
                ? List.of()
                : Arrays.stream(notation.strip().split("\\s+")).map(Slot::of).toList();
    }

    /**
     * Checks the order of the children.
     *
     * @throws EwsFault ErrorSchemaValidation at the first child that does not fit
     */
    void check(XmlElement parent) throws EwsFault {
        int slot = 0;
        boolean filled = false;
        for (XmlElement child : parent.children()) {
            int next = slotFor(child, slot, filled);
            if (next < 0) {
                throw EwsFault.schema(invalidChild(parent, child, open(slot, filled)), child.place());
            }
            filled = true;
            slot = next;
        }
        if (missing(slot, filled, slots.size())) {
            throw EwsFault.schema(incomplete(parent, open(slot, filled)), parent.place());
        }
    }

    private int slotFor(XmlElement child, int from, boolean filled) {
        for (int slot = from; slot < slots.size(); slot++) {
            boolean free = slot > from || !filled || slots.get(slot).repeats();
            if (free && slots.get(slot).names().contains(child.name())) {
                return missing(from, filled, slot) ? -1 : slot;
            }
        }
        return -1;
    }

    /** Whether a required slot between the current one and {@code until} has been left empty. */
    private boolean missing(int current, boolean filled, int until) {
        int from = filled ? current + 1 : current;
        return from < until && slots.subList(from, until).stream().anyMatch(Slot::required);
    }

    /** The first slot that may still be filled. */
    private int open(int slot, boolean filled) {
        return filled && !slots.get(slot).repeats() ? slot + 1 : slot;
    }

    private String invalidChild(XmlElement parent, XmlElement child, int slot) {
        return "The element " + Namespaces.quoted(parent.name()) + " has invalid child element "
                + Namespaces.quoted(child.name()) + "." + expected(slot);
    }

    private String incomplete(XmlElement parent, int slot) {
        return "The element " + Namespaces.quoted(parent.name()) + " has incomplete content." + expected(slot);
    }

    private String expected(int slot) {
        String names = slots.stream()
                .skip(slot)
                .flatMap(expected -> expected.names().stream())
                .map(Namespaces::quoted)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " List of possible elements expected: " + names + ".";
    }
}

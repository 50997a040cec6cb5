package org.mailcaravan.sandbox.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code $select}, empty meaning the default properties.
 *
 * @param names property names
 */
record Selection(List<String> names) {

    Selection {
        names = List.copyOf(names);
    }

    /** @throws GraphError 400 if a name is no property of the type */
    static Selection parse(Optional<String> select, Set<String> known, String type) {
        List<String> names = select.map(text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList())
                .orElse(List.of());
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(unknown -> {
            throw GraphError.of(
                    400,
                    "RequestBroker--ParseUri",
                    "Could not find a property named '" + unknown + "' on type '" + type + "'.");
        });
        return new Selection(names);
    }

    /** Whether this property is left out by an explicit selection. */
    boolean leavesOut(String name) {
        return !names.isEmpty() && !names.contains(name);
    }
}

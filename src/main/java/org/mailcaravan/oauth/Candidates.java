package org.mailcaravan.oauth;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The order in which candidates are tried. */
final class Candidates {
    private Candidates() {}

    /** The same ones, first the one that was taken last if it is still among them. */
    static List<ClientAuthentication> startingWith(
            Optional<ClientAuthentication> preferred, List<ClientAuthentication> all) {
        Stream<ClientAuthentication> first = preferred.filter(all::contains).stream();
        return Stream.concat(first, all.stream()).distinct().toList();
    }
}

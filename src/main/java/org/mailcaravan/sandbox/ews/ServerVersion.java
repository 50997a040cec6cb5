package org.mailcaravan.sandbox.ews;

import java.util.Arrays;
import java.util.Optional;

/** Schema versions a client may ask for ({@code t:RequestServerVersion}), oldest first. */
enum ServerVersion {
    EXCHANGE2007("Exchange2007"),
    EXCHANGE2007_SP1("Exchange2007_SP1"),
    EXCHANGE2010("Exchange2010"),
    EXCHANGE2010_SP1("Exchange2010_SP1"),
    EXCHANGE2010_SP2("Exchange2010_SP2"),
    EXCHANGE2013("Exchange2013"),
    EXCHANGE2013_SP1("Exchange2013_SP1"),
    EXCHANGE2016("Exchange2016");

    private final String wireName;

    ServerVersion(String wireName) {
        this.wireName = wireName;
    }

    static Optional<ServerVersion> find(String wireName) {
        return Arrays.stream(values())
                .filter(version -> version.wireName.equals(wireName))
                .findFirst();
    }

    String wireName() {
        return wireName;
    }

    boolean isAtLeast(ServerVersion other) {
        return compareTo(other) >= 0;
    }
}

package org.mailcaravan.sandbox;

import java.util.Map;
import org.mailcaravan.sandbox.entra.EntraAuthority;

/** The control operations on directory, authority, counters and faults. */
final class ControlOperations {
    private final SandboxDirectory directory;
    private final RequestLog log;
    private final Faults faults;
    private final EntraAuthority authority;

    ControlOperations(SandboxDirectory directory, RequestLog log, Faults faults, EntraAuthority authority) {
        this.directory = directory;
        this.log = log;
        this.faults = faults;
        this.authority = authority;
    }

    void addTo(ControlApi control) {
        control.reading("requests", input -> counters());
        control.operation("requests/reset", input -> {
            log.reset();
            return Map.of();
        });
        control.operation("faults/clear", input -> {
            faults.clear();
            return Map.of();
        });
    }

    private Map<String, Object> counters() {
        return Map.of("byKind", log.byKind(), "byMailbox", log.byMailbox(), "bytesByKind", log.bytesByKind());
    }
}

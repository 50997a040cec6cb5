package org.mailcaravan.sandbox.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.graph.GraphPath.Kind;
import org.mailcaravan.sandbox.graph.MailboxAccess.Right;

/** Which operation answers which method on which kind of resource. */
final class GraphRoutes {
    private record Route(Kind kind, String method) {}

    private final Map<Route, Operation> operations = new HashMap<>();
    private final MailboxAccess access;

    GraphRoutes(MailboxAccess access) {
        this.access = access;
    }

    GraphRoutes on(String method, Kind kind, Operation operation) {
        operations.put(new Route(kind, method), operation);
        return this;
    }

    GraphRoutes on(String method, Kind kind, Right right, Operation.OnMailbox operation) {
        return on(method, kind, call -> operation.answer(access.mailbox(call.caller(), call.path(), right), call));
    }

    /** @throws GraphError 405 if the resource does not know the method */
    Operation find(String method, Kind kind) {
        Operation found = operations.get(new Route(kind, method));
        if (found == null) {
            throw GraphError.methodNotAllowed(allowed(kind));
        }
        return found;
    }

    private String allowed(Kind kind) {
        return operations.keySet().stream()
                .filter(route -> route.kind() == kind)
                .map(Route::method)
                .sorted()
                .collect(Collectors.joining(", "));
    }
}

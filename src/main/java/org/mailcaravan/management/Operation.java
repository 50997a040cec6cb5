package org.mailcaravan.management;

import com.fasterxml.jackson.databind.JsonNode;

/** Something the running process does when a command asks for it. Several may run at the same time. */
@FunctionalInterface
public interface Operation {
    /**
     * Does it.
     *
     * @param input a JSON object, empty if the caller sent nothing
     * @return what the caller gets; never a secret
     * @throws OperationRefusedException if it is not done; its message is shown to the caller
     */
    JsonNode run(JsonNode input);
}

package org.mailcaravan.sandbox.ews;

import java.util.Map;
import java.util.stream.Collectors;

/** The operations this server answers. */
final class EwsOperations {
    private final Map<String, Operation> operations;

    EwsOperations(SyncGenerations generations, SubscribeOperations subscribing) {
        operations = Map.ofEntries(
                Map.entry("m:GetFolder", GetFolder::prepare),
                Map.entry("m:FindFolder", FindFolder::prepare),
                Map.entry("m:FindItem", FindItem::prepare),
                Map.entry("m:SyncFolderHierarchy", new SyncFolderHierarchy(generations)::prepare),
                Map.entry("m:SyncFolderItems", new SyncFolderItems(generations)::prepare),
                Map.entry("m:GetItem", GetItem::prepare),
                Map.entry("m:GetAttachment", GetAttachment::prepare),
                Map.entry("m:ConvertId", ConvertId::prepare),
                Map.entry("m:UpdateItem", UpdateItem::prepare),
                Map.entry("m:MoveItem", TransferItems.moving()::prepare),
                Map.entry("m:CopyItem", TransferItems.copying()::prepare),
                Map.entry("m:DeleteItem", DeleteItem::prepare),
                Map.entry("m:Subscribe", subscribing::subscribe),
                Map.entry("m:Unsubscribe", subscribing::unsubscribe),
                Map.entry("m:CreateFolder", FolderWrites::create),
                Map.entry("m:UpdateFolder", FolderWrites::update),
                Map.entry("m:MoveFolder", FolderWrites::move),
                Map.entry("m:DeleteFolder", FolderWrites::delete));
    }

    boolean knows(String name) {
        return operations.containsKey(name);
    }

    /** @throws EwsFault if the sandbox does not know it */
    Operation get(String name) throws EwsFault {
        Operation known = operations.get(name);
        if (known == null) {
            throw unknown();
        }
        return known;
    }

    EwsFault unknown() {
        return new EwsFault(
                "ErrorInvalidRequest",
                "The sandbox does not know this operation; it answers GetStreamingEvents, "
                        + operations.keySet().stream()
                                .map(Namespaces::localName)
                                .sorted()
                                .collect(Collectors.joining(", "))
                        + ".");
    }
}

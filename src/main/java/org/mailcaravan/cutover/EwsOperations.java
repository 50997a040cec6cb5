package org.mailcaravan.cutover;

import java.util.Map;

/**
 * What replaces an EWS operation in Microsoft Graph.
 *
 * @see <a href="https://learn.microsoft.com/graph/migrate-exchange-web-services-api-mapping">EWS to Microsoft Graph API mappings</a>
 */
final class EwsOperations {
    private static final Map<String, Way> WAYS = Map.ofEntries(
            Map.entry("GetFolder", Way.to("GET /me/mailFolders/{id}")),
            Map.entry("FindFolder", Way.to("GET /me/mailFolders/{id}/childFolders")),
            Map.entry("CreateFolder", Way.to("POST /me/mailFolders/{id}/childFolders")),
            Map.entry("UpdateFolder", Way.to("PATCH /me/mailFolders/{id}")),
            Map.entry("MoveFolder", Way.to("POST /me/mailFolders/{id}/move")),
            Map.entry("CopyFolder", Way.to("POST /me/mailFolders/{id}/copy")),
            Map.entry("DeleteFolder", Way.to("DELETE /me/mailFolders/{id}")),
            Map.entry("EmptyFolder", Way.gap("no single call: delete messages one by one, or in a $batch")),
            Map.entry("SyncFolderHierarchy", Way.to("GET /me/mailFolders/delta")),
            Map.entry("FindItem", Way.to("GET /me/mailFolders/{id}/messages")),
            Map.entry("SyncFolderItems", Way.to("GET /me/mailFolders/{id}/messages/delta")),
            Map.entry("GetItem", Way.to("GET /me/messages/{id} and /$value")),
            Map.entry("CreateItem", Way.to("POST /me/messages, POST /me/sendMail")),
            Map.entry("SendItem", Way.to("POST /me/messages/{id}/send")),
            Map.entry(
                    "UpdateItem",
                    Way.to(
                            "PATCH /me/messages/{id}; MIME of what is no draft: announced for the fourth quarter of 2026")),
            Map.entry("MoveItem", Way.to("POST /me/messages/{id}/move")),
            Map.entry("CopyItem", Way.to("POST /me/messages/{id}/copy")),
            Map.entry("DeleteItem", Way.to("DELETE /me/messages/{id}")),
            Map.entry("ArchiveItem", Way.gap("the in-place archive is announced for the fourth quarter of 2026")),
            Map.entry("GetAttachment", Way.to("GET /me/messages/{id}/attachments/{id}")),
            Map.entry("CreateAttachment", Way.to("POST /me/messages/{id}/attachments, or an upload session")),
            Map.entry("DeleteAttachment", Way.to("DELETE /me/messages/{id}/attachments/{id}")),
            Map.entry("ConvertId", Way.to("POST /me/translateExchangeIds")),
            Map.entry("Subscribe", Way.to("POST /subscriptions")),
            Map.entry("Unsubscribe", Way.to("DELETE /subscriptions/{id}")),
            Map.entry("GetStreamingEvents", Way.to("change notifications, sent to a public https address")),
            Map.entry("GetEvents", Way.to("change notifications, sent to a public https address")),
            Map.entry("MarkAllItemsAsRead", Way.gap("announced for the fourth quarter of 2026")),
            Map.entry("GetUserConfiguration", Way.gap("announced for the fourth quarter of 2026")),
            Map.entry("ExportItems", Way.to("POST /admin/exchange/mailboxes/{id}/exportItems")),
            Map.entry("UploadItems", Way.to("POST /admin/exchange/mailboxes/{id}/createImportSession")));

    private EwsOperations() {}

    /**
     * @param known whether Graph can do it today
     * @param words the request, or what is missing
     */
    record Way(boolean known, String words) {
        private static Way to(String request) {
            return new Way(true, request);
        }

        private static Way gap(String missing) {
            return new Way(false, missing);
        }
    }

    static Way wayOf(String operation) {
        return WAYS.getOrDefault(operation, Way.gap("no equivalent is known here"));
    }
}

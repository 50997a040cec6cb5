package org.mailcaravan.ews;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** What the URI says beside operation and mailbox. For a producer, a header of the Exchange overrides the option of the same name. */
@UriParams
public final class EwsConfiguration {
    @UriParam(
            label = "producer",
            description = "The ItemId of the message. The header CamelM365MailItemId overrides it.")
    private @Nullable String itemId;

    @UriParam(
            label = "producer",
            description =
                    "A folder by its id or distinguished name (inbox, sentitems, deleteditems, archivemsgfolderroot, ...): where to list, what to get, or below which one to look for changes. The header CamelM365MailFolder overrides it.")
    private @Nullable String folder;

    @UriParam(
            label = "producer",
            description =
                    "Where moveMessage and copyMessage put the message: a folder by its id or distinguished name. The header CamelM365MailDestination overrides it.")
    private @Nullable String destination;

    @UriParam(
            label = "producer",
            description = "The id of the attachment. The header CamelM365MailAttachmentId overrides it.")
    private @Nullable String attachmentId;

    @UriParam(
            label = "producer",
            description =
                    "listFolders: whether the folders within folders are listed too. Exchange refuses that for public folders. The header CamelM365MailRecursive overrides it.")
    private boolean recursive;

    @UriParam(
            label = "producer",
            description =
                    "syncFolders: the state that the last call set. The header CamelM365MailSyncState overrides it.")
    private @Nullable String syncState;

    @UriParam(
            label = "producer",
            description =
                    "listMessages: only messages received at this day (2026-01-31) or time (2026-01-31T08:00:00Z) or later. The header CamelM365MailReceivedFrom overrides it.")
    private @Nullable String receivedFrom;

    @UriParam(
            label = "producer",
            description =
                    "listMessages: only messages received before this day or time. The header CamelM365MailReceivedBefore overrides it.")
    private @Nullable String receivedBefore;

    @UriParam(
            label = "producer",
            description =
                    "listMessages: only messages whose subject contains this, in any case of letters. The header CamelM365MailSubject overrides it.")
    private @Nullable String subject;

    @UriParam(
            label = "producer",
            defaultValue = "100",
            description =
                    "How many rows a page of a list may have, 1 to 1000. The header CamelM365MailTop overrides it.")
    private Integer top = 100;

    @UriParam(
            label = "producer",
            description =
                    "updateMessage: whether the message is marked as read. listMessages: only those that are, or are not. The header CamelM365MailIsRead overrides it.")
    private @Nullable Boolean isRead;

    @UriParam(
            label = "producer",
            enums = "notFlagged,flagged,complete",
            description = "updateMessage: the follow-up flag. The header CamelM365MailFlag overrides it.")
    private @Nullable String flag;

    @UriParam(
            label = "producer",
            enums = "low,normal,high",
            description = "updateMessage: the importance. The header CamelM365MailImportance overrides it.")
    private @Nullable String importance;

    @UriParam(
            label = "producer",
            description =
                    "updateMessage: the categories that replace the message's, comma separated; a comma alone takes all away. The header CamelM365MailCategories overrides it.")
    private @Nullable String categories;

    @UriParam(
            label = "producer",
            description =
                    "updateMessage: the changeKey of the message as it was read: one that was changed since is left as it is. Without it the change wins. The header CamelM365MailChangeKey overrides it.")
    private @Nullable String changeKey;

    @UriParam(
            description =
                    "Whether the headers of the mail itself are read as well. Producer: getMessage answers them. Consumer: they"
                            + " become headers, as far as headerFilterStrategy lets them.")
    private boolean internetMessageHeaders;

    @UriParam(
            label = "producer",
            defaultValue = "EwsId",
            enums = "EwsLegacyId,EwsId,EntryId,HexEntryId,StoreId,OwaId",
            description = "convertIds: the format of the given ids.")
    private String sourceIdType = "EwsId";

    @UriParam(
            label = "producer",
            defaultValue = "HexEntryId",
            enums = "EwsLegacyId,EwsId,EntryId,HexEntryId,StoreId,OwaId",
            description = "convertIds: the format of the wanted ids.")
    private String targetIdType = "HexEntryId";

    @UriParam(
            label = "consumer",
            description = "The folders to read, comma separated, instead of those the mailbox was connected with.")
    private @Nullable String folders;

    @UriParam(
            label = "consumer",
            description =
                    "What a folder that is read for the first time delivers, instead of what the mailbox was connected with: all, or mail received since a day (2026-01-31) or time (2026-01-31T08:00:00Z).")
    private @Nullable String startFrom;

    public @Nullable String getItemId() {
        return itemId;
    }

    public void setItemId(String itemId) {
        this.itemId = itemId;
    }

    public @Nullable String getFolder() {
        return folder;
    }

    public void setFolder(String folder) {
        this.folder = folder;
    }

    public @Nullable String getDestination() {
        return destination;
    }

    public void setDestination(String destination) {
        this.destination = destination;
    }

    public @Nullable String getAttachmentId() {
        return attachmentId;
    }

    public void setAttachmentId(String attachmentId) {
        this.attachmentId = attachmentId;
    }

    public boolean isRecursive() {
        return recursive;
    }

    public void setRecursive(boolean recursive) {
        this.recursive = recursive;
    }

    public @Nullable String getSyncState() {
        return syncState;
    }

    public void setSyncState(String syncState) {
        this.syncState = syncState;
    }

    public @Nullable String getReceivedFrom() {
        return receivedFrom;
    }

    public void setReceivedFrom(String receivedFrom) {
        this.receivedFrom = receivedFrom;
    }

    public @Nullable String getReceivedBefore() {
        return receivedBefore;
    }

    public void setReceivedBefore(String receivedBefore) {
        this.receivedBefore = receivedBefore;
    }

    public @Nullable String getSubject() {
        return subject;
    }

    public void setSubject(String subject) {
        this.subject = subject;
    }

    public Integer getTop() {
        return top;
    }

    public void setTop(Integer top) {
        this.top = top;
    }

    public @Nullable Boolean getIsRead() {
        return isRead;
    }

    public void setIsRead(Boolean isRead) {
        this.isRead = isRead;
    }

    public @Nullable String getFlag() {
        return flag;
    }

    public void setFlag(String flag) {
        this.flag = flag;
    }

    public @Nullable String getImportance() {
        return importance;
    }

    public void setImportance(String importance) {
        this.importance = importance;
    }

    public @Nullable String getCategories() {
        return categories;
    }

    public void setCategories(String categories) {
        this.categories = categories;
    }

    public @Nullable String getChangeKey() {
        return changeKey;
    }

    public void setChangeKey(String changeKey) {
        this.changeKey = changeKey;
    }

    public boolean isInternetMessageHeaders() {
        return internetMessageHeaders;
    }

    public void setInternetMessageHeaders(boolean internetMessageHeaders) {
        this.internetMessageHeaders = internetMessageHeaders;
    }

    public String getSourceIdType() {
        return sourceIdType;
    }

    public void setSourceIdType(String sourceIdType) {
        this.sourceIdType = sourceIdType;
    }

    public String getTargetIdType() {
        return targetIdType;
    }

    public void setTargetIdType(String targetIdType) {
        this.targetIdType = targetIdType;
    }

    public @Nullable String getFolders() {
        return folders;
    }

    public void setFolders(String folders) {
        this.folders = folders;
    }

    public @Nullable String getStartFrom() {
        return startFrom;
    }

    public void setStartFrom(String startFrom) {
        this.startFrom = startFrom;
    }
}

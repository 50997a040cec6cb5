package org.mailcaravan.graph;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** What the URI says beside operation and mailbox. For a producer, a header of the Exchange overrides the option of the same name. */
@UriParams
public final class GraphConfiguration {
    @UriParam(
            label = "producer",
            description = "Graph's immutable id of the message. The header CamelM365MailMessageId overrides it.")
    private @Nullable String messageId;

    @UriParam(
            label = "producer",
            description =
                    "A folder by its id or well-known name (inbox, archive, deleteditems, ...): where to list, what to get, rename or delete, under which one to create, or whose messages a subscription is about. The header CamelM365MailFolder overrides it.")
    private @Nullable String folder;

    @UriParam(
            label = "producer",
            description =
                    "Where moveMessage and copyMessage put the message: a folder by its id or well-known name. The header CamelM365MailDestination overrides it.")
    private @Nullable String destination;

    @UriParam(
            label = "producer",
            description = "The id of the attachment. The header CamelM365MailAttachmentId overrides it.")
    private @Nullable String attachmentId;

    @UriParam(
            label = "producer",
            description =
                    "The name of the folder to create, the new name of the folder to rename, or the file name of the attachment to add. The header CamelM365MailName overrides it.")
    private @Nullable String name;

    @UriParam(
            label = "producer",
            defaultValue = "application/octet-stream",
            description = "The media type of the attachment to add. The header CamelM365MailContentType overrides it.")
    private String contentType = "application/octet-stream";

    @UriParam(
            label = "producer",
            description =
                    "An OData $filter for listMessages, for example isRead eq false. The header CamelM365MailFilter overrides it.")
    private @Nullable String filter;

    @UriParam(
            label = "producer",
            description =
                    "An OData $orderby for listMessages, for example receivedDateTime desc. Its properties must come first in the filter, if there is one. The header CamelM365MailOrderBy overrides it.")
    private @Nullable String orderBy;

    @UriParam(
            label = "producer",
            description =
                    "How many rows a page of a list may have, 1 to 1000; Graph's own default is 10. The header CamelM365MailTop overrides it.")
    private @Nullable Integer top;

    @UriParam(
            description =
                    "Properties of Graph, comma separated. Producer: those to answer; the header CamelM365MailSelect overrides"
                            + " it. Consumer: those to read beside the ones that every event has, for example internetMessageHeaders,"
                            + " which become headers; folders that were begun without it go on without it.")
    private @Nullable String select;

    @UriParam(
            label = "consumer",
            description =
                    "The folders to read, comma separated, instead of those the mailbox was connected with: well-known names"
                            + " (inbox), paths of display names (inbox/Projects), trees (inbox/**), ids, or * for all but drafts,"
                            + " outbox, junk and deleted mail.")
    private @Nullable String folders;

    @UriParam(
            label = "consumer",
            description =
                    "What a folder that is read for the first time delivers, instead of what the mailbox was connected with:"
                            + " all, or mail received since a day (2026-01-31) or time (2026-01-31T08:00:00Z).")
    private @Nullable String startFrom;

    @UriParam(
            label = "consumer",
            enums = "mime,json,both",
            description =
                    "What of a message is read, instead of what the component says: its raw MIME, the message as JSON with body and"
                            + " attachments, or both.")
    private @Nullable String content;

    @UriParam(
            label = "producer",
            description =
                    "updateMessage: whether the message is marked as read. The header CamelM365MailIsRead overrides it.")
    private @Nullable Boolean isRead;

    @UriParam(
            label = "producer",
            enums = "notFlagged,flagged,complete",
            description = "updateMessage: the follow-up flag. The header CamelM365MailFlag overrides it.")
    private @Nullable String flag;

    @UriParam(
            label = "producer",
            description =
                    "updateMessage: the categories that replace the message's, comma separated. The header CamelM365MailCategories overrides it.")
    private @Nullable String categories;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description = "sendMail: whether a copy is kept in the folder Sent Items.")
    private boolean saveToSentItems = true;

    @UriParam(
            label = "producer",
            defaultValue = "restId",
            enums = "entryId,ewsId,immutableEntryId,restId,restImmutableEntryId",
            description = "translateExchangeIds: the kind of the given ids.")
    private String sourceIdType = "restId";

    @UriParam(
            label = "producer",
            defaultValue = "restImmutableEntryId",
            enums = "entryId,ewsId,immutableEntryId,restId,restImmutableEntryId",
            description = "translateExchangeIds: the kind of the wanted ids.")
    private String targetIdType = "restImmutableEntryId";

    @UriParam(
            label = "producer",
            description = "The id of the subscription. The header CamelM365MailSubscriptionId overrides it.")
    private @Nullable String subscriptionId;

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

    public @Nullable String getContent() {
        return content;
    }

    public void setContent(String content) {
        this.content = content;
    }

    public @Nullable String getMessageId() {
        return messageId;
    }

    public void setMessageId(String messageId) {
        this.messageId = messageId;
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

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getContentType() {
        return contentType;
    }

    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public @Nullable String getFilter() {
        return filter;
    }

    public void setFilter(String filter) {
        this.filter = filter;
    }

    public @Nullable String getOrderBy() {
        return orderBy;
    }

    public void setOrderBy(String orderBy) {
        this.orderBy = orderBy;
    }

    public @Nullable Integer getTop() {
        return top;
    }

    public void setTop(Integer top) {
        this.top = top;
    }

    public @Nullable String getSelect() {
        return select;
    }

    public void setSelect(String select) {
        this.select = select;
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

    public @Nullable String getCategories() {
        return categories;
    }

    public void setCategories(String categories) {
        this.categories = categories;
    }

    public boolean isSaveToSentItems() {
        return saveToSentItems;
    }

    public void setSaveToSentItems(boolean saveToSentItems) {
        this.saveToSentItems = saveToSentItems;
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

    public @Nullable String getSubscriptionId() {
        return subscriptionId;
    }

    public void setSubscriptionId(String subscriptionId) {
        this.subscriptionId = subscriptionId;
    }
}

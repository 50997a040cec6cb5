package org.mailcaravan.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.mailcaravan.mailbox.Mailbox;

/**
 * What the producer asks one mailbox for; the order of elements is that of Microsoft's schemas.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/ews-operations-in-exchange">EWS operations in Exchange</a>
 */
final class OperationRequests {
    private static final List<String> FOLDER_FIELDS = List.of(
            "folder:ParentFolderId",
            "folder:FolderClass",
            "folder:DisplayName",
            "folder:TotalCount",
            "folder:ChildFolderCount",
            "folder:UnreadCount");
    /** FindItem answers neither bodies nor recipients. */
    private static final List<String> LISTED_FIELDS = List.of(
            "item:ParentFolderId",
            "item:Subject",
            "item:DateTimeReceived",
            "item:Size",
            "item:Categories",
            "item:Importance",
            "item:IsDraft",
            "item:DateTimeSent",
            "item:HasAttachments",
            "item:LastModifiedTime",
            "item:ConversationId",
            "item:Flag",
            "message:Sender",
            "message:From",
            "message:InternetMessageId",
            "message:IsRead");

    private final Mailbox mailbox;

    OperationRequests(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    /**
     * A page of a list.
     *
     * @param most how many rows, 1 to 1000
     * @param offset how many rows lie before it
     */
    record Page(int most, int offset) {
        private void write(XMLStreamWriter xml, String view) throws XMLStreamException {
            EwsRequest.page(xml, view, offset, most);
        }
    }

    EwsRequest getFolder(FolderRef folder) {
        return EwsRequest.soap(mailbox, "GetFolder", xml -> {
            folderShape(xml);
            folders(xml, "FolderIds", folder);
        });
    }

    /** @param deep whether folders within folders are listed too; Exchange refuses that for public folders */
    EwsRequest findFolder(FolderRef parent, boolean deep, Page page) {
        return EwsRequest.soap(mailbox, "FindFolder", xml -> {
            xml.writeAttribute("Traversal", deep ? "Deep" : "Shallow");
            folderShape(xml);
            page.write(xml, "IndexedPageFolderView");
            folders(xml, "ParentFolderIds", parent);
        });
    }

    EwsRequest syncFolderHierarchy(Optional<FolderRef> below, Optional<String> syncState) {
        return EwsRequest.soap(mailbox, "SyncFolderHierarchy", xml -> {
            folderShape(xml);
            if (below.isPresent()) {
                folders(xml, "SyncFolderId", below.get());
            }
            if (syncState.isPresent()) {
                EwsRequest.messageText(xml, "SyncState", syncState.get());
            }
        });
    }

    /** Newest first. */
    EwsRequest findItem(FolderRef folder, ItemFilter filter, Page page) {
        return EwsRequest.soap(mailbox, "FindItem", xml -> {
            xml.writeAttribute("Traversal", "Shallow");
            itemShape(xml, LISTED_FIELDS);
            page.write(xml, "IndexedPageItemView");
            filter.write(xml);
            EwsRequest.message(xml, "SortOrder");
            EwsRequest.type(xml, "FieldOrder");
            xml.writeAttribute("Order", "Descending");
            EwsRequest.fields(xml, List.of("item:DateTimeReceived"));
            xml.writeEndElement();
            xml.writeEndElement();
            folders(xml, "ParentFolderIds", folder);
        });
    }

    /** @param headers whether the headers of the mail itself are asked for as well */
    EwsRequest getMessage(String itemId, boolean headers) {
        List<String> fields = new ArrayList<>(EwsRequest.METADATA_FIELDS);
        fields.addAll(List.of("item:Size", "item:Body", "item:Flag", "message:IsRead"));
        if (headers) {
            fields.add(EwsRequest.MAIL_HEADERS);
        }
        return getItem(itemId, fields);
    }

    EwsRequest getAttachments(String itemId) {
        return getItem(itemId, List.of("item:Attachments"));
    }

    EwsRequest getMime(String itemId) {
        return EwsRequest.soap(mailbox, "GetItem", xml -> {
            EwsRequest.message(xml, "ItemShape");
            EwsRequest.text(xml, "BaseShape", "IdOnly");
            EwsRequest.text(xml, "IncludeMimeContent", "true");
            xml.writeEndElement();
            items(xml, itemId);
        });
    }

    private EwsRequest getItem(String itemId, List<String> fields) {
        return EwsRequest.soap(mailbox, "GetItem", xml -> {
            itemShape(xml, fields);
            items(xml, itemId);
        });
    }

    /** @param mime whether an attached item comes as MIME rather than as fields */
    EwsRequest getAttachment(String attachmentId, boolean mime) {
        return EwsRequest.soap(mailbox, "GetAttachment", xml -> {
            if (mime) {
                EwsRequest.message(xml, "AttachmentShape");
                EwsRequest.text(xml, "IncludeMimeContent", "true");
                xml.writeEndElement();
            }
            EwsRequest.message(xml, "AttachmentIds");
            EwsRequest.reference(xml, "AttachmentId", attachmentId);
            xml.writeEndElement();
        });
    }

    /** @param changeKey if given, a message that was changed since is left as it is; else the change wins */
    EwsRequest updateItem(String itemId, Optional<String> changeKey, ItemChange change) {
        return EwsRequest.soap(mailbox, "UpdateItem", xml -> {
            xml.writeAttribute("ConflictResolution", changeKey.isPresent() ? "NeverOverwrite" : "AlwaysOverwrite");
            xml.writeAttribute("MessageDisposition", "SaveOnly");
            xml.writeAttribute("SuppressReadReceipts", "true");
            EwsRequest.message(xml, "ItemChanges");
            EwsRequest.type(xml, "ItemChange");
            item(xml, itemId, changeKey);
            change.write(xml);
            xml.writeEndElement();
            xml.writeEndElement();
        });
    }

    /** @param operation MoveItem or CopyItem, which are written alike */
    EwsRequest transfer(String operation, String itemId, FolderRef destination) {
        return EwsRequest.soap(mailbox, operation, xml -> {
            folders(xml, "ToFolderId", destination);
            items(xml, itemId);
            EwsRequest.messageText(xml, "ReturnNewItemIds", "true");
        });
    }

    /** @param type DisposalType: MoveToDeletedItems, SoftDelete or HardDelete */
    EwsRequest deleteItem(String itemId, String type) {
        return EwsRequest.soap(mailbox, "DeleteItem", xml -> {
            xml.writeAttribute("DeleteType", type);
            xml.writeAttribute("SuppressReadReceipts", "true");
            items(xml, itemId);
        });
    }

    EwsRequest convertId(List<String> ids, String from, String to) {
        return EwsRequest.soap(mailbox, "ConvertId", xml -> {
            xml.writeAttribute("DestinationFormat", to);
            EwsRequest.message(xml, "SourceIds");
            for (String id : ids) {
                xml.writeEmptyElement("t", "AlternateId", Namespaces.TYPES);
                xml.writeAttribute("Format", from);
                xml.writeAttribute("Id", id);
                xml.writeAttribute("Mailbox", mailbox.address().value());
            }
            xml.writeEndElement();
        });
    }

    private static void folderShape(XMLStreamWriter xml) throws XMLStreamException {
        EwsRequest.message(xml, "FolderShape");
        EwsRequest.text(xml, "BaseShape", "IdOnly");
        properties(xml, FOLDER_FIELDS);
        xml.writeEndElement();
    }

    private static void itemShape(XMLStreamWriter xml, List<String> fields) throws XMLStreamException {
        EwsRequest.message(xml, "ItemShape");
        EwsRequest.text(xml, "BaseShape", "IdOnly");
        properties(xml, fields);
        xml.writeEndElement();
    }

    private static void properties(XMLStreamWriter xml, List<String> fields) throws XMLStreamException {
        EwsRequest.type(xml, "AdditionalProperties");
        EwsRequest.fields(xml, fields);
        xml.writeEndElement();
    }

    private void folders(XMLStreamWriter xml, String element, FolderRef folder) throws XMLStreamException {
        EwsRequest.message(xml, element);
        folder.write(xml, mailbox);
        xml.writeEndElement();
    }

    private static void items(XMLStreamWriter xml, String id) throws XMLStreamException {
        EwsRequest.message(xml, "ItemIds");
        EwsRequest.reference(xml, "ItemId", id);
        xml.writeEndElement();
    }

    private static void item(XMLStreamWriter xml, String id, Optional<String> changeKey) throws XMLStreamException {
        EwsRequest.reference(xml, "ItemId", id);
        if (changeKey.isPresent()) {
            xml.writeAttribute("ChangeKey", changeKey.get());
        }
    }
}

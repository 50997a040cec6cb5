package org.mailcaravan.ews;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;

/**
 * A SOAP request to one mailbox: the operation's name and the envelope in UTF-8. A delegate names the mailbox in distinguished folder ids, other ids carry it
 * in themselves; an application impersonates it. The order of elements is that of Microsoft's schemas (MS-OXWSFOLD, MS-OXWSSYNC, MS-OXWSCORE, MS-OXWSNTIF).
 */
record EwsRequest(String operation, byte[] envelope, Optional<Affinity> affinity) {
    /** PidTagSearchKey (MS-OXPROPS 2.991): stays the same when a message moves. */
    static final String SEARCH_KEY = "0x300B";

    /** PidTagAttributeHidden (MS-OXPROPS 2.602). */
    private static final String HIDDEN = "0x10F4";

    static final String MAIL_HEADERS = "item:InternetMessageHeaders";

    private static final int MOST_CHANGES = 512;
    /** EWSFindCountLimit of Exchange Online and of the default policy on premises. */
    private static final int MOST_FOUND = 1000;
    /** Understood by Exchange 2013 SP1 and everything newer. */
    private static final String SERVER_VERSION = "Exchange2013_SP1";

    /** What brings a message into a folder. */
    private static final List<String> ARRIVALS = List.of("NewMailEvent", "CreatedEvent", "CopiedEvent", "MovedEvent");

    private static final List<String> FOLDER_FIELDS =
            List.of("folder:ParentFolderId", "folder:FolderClass", "folder:DisplayName");
    private static final List<String> LISTING_FIELDS =
            List.of("item:DateTimeReceived", "item:Size", "message:InternetMessageId");
    static final List<String> METADATA_FIELDS = List.of(
            "item:ParentFolderId",
            "item:Subject",
            "item:DateTimeReceived",
            "item:Categories",
            "item:Importance",
            "item:IsDraft",
            "item:DateTimeSent",
            "item:DateTimeCreated",
            "item:HasAttachments",
            "item:LastModifiedTime",
            "item:ConversationId",
            "message:Sender",
            "message:ToRecipients",
            "message:CcRecipients",
            "message:BccRecipients",
            "message:From",
            "message:InternetMessageId",
            "message:ReplyTo");
    private static final XMLOutputFactory FACTORY = new WstxOutputFactory();

    @FunctionalInterface
    interface Operation {
        void to(XMLStreamWriter xml) throws XMLStreamException;
    }

    /** @param references distinguished names that EWS knows, or ids; an unknown name makes the server refuse the whole request */
    static EwsRequest getFolder(Mailbox mailbox, List<String> references) {
        return soap(mailbox, "GetFolder", xml -> {
            folderShape(xml);
            message(xml, "FolderIds");
            for (String reference : references) {
                if (FolderEntry.isDistinguished(reference)) {
                    distinguished(xml, mailbox, reference);
                } else {
                    reference(xml, "FolderId", reference);
                }
            }
            xml.writeEndElement();
        });
    }

    /** A page of everything below a folder. */
    static EwsRequest findFolders(Mailbox mailbox, String folderId, int offset) {
        return soap(mailbox, "FindFolder", xml -> {
            xml.writeAttribute("Traversal", "Deep");
            folderShape(xml);
            page(xml, "IndexedPageFolderView", offset, MOST_FOUND);
            parent(xml, folderId);
        });
    }

    /** A page of what a folder holds, newest first. */
    static EwsRequest findItems(Mailbox mailbox, String folderId, int offset, int most) {
        return soap(mailbox, "FindItem", xml -> {
            xml.writeAttribute("Traversal", "Shallow");
            listingShape(xml);
            page(xml, "IndexedPageItemView", offset, most);
            message(xml, "SortOrder");
            type(xml, "FieldOrder");
            xml.writeAttribute("Order", "Descending");
            fields(xml, List.of("item:DateTimeReceived"));
            xml.writeEndElement();
            xml.writeEndElement();
            parent(xml, folderId);
        });
    }

    static void page(XMLStreamWriter xml, String view, int offset, int most) throws XMLStreamException {
        xml.writeEmptyElement("m", view, Namespaces.MESSAGES);
        xml.writeAttribute("MaxEntriesReturned", Integer.toString(most));
        xml.writeAttribute("Offset", Integer.toString(offset));
        xml.writeAttribute("BasePoint", "Beginning");
    }

    private static void parent(XMLStreamWriter xml, String folderId) throws XMLStreamException {
        message(xml, "ParentFolderIds");
        reference(xml, "FolderId", folderId);
        xml.writeEndElement();
    }

    private static void folderShape(XMLStreamWriter xml) throws XMLStreamException {
        shape(xml, "FolderShape", FOLDER_FIELDS, HIDDEN, "Boolean");
    }

    private static void listingShape(XMLStreamWriter xml) throws XMLStreamException {
        shape(xml, "ItemShape", LISTING_FIELDS, SEARCH_KEY, "Binary");
    }

    private static void shape(XMLStreamWriter xml, String name, List<String> fields, String tag, String type)
            throws XMLStreamException {
        message(xml, name);
        text(xml, "BaseShape", "IdOnly");
        type(xml, "AdditionalProperties");
        fields(xml, fields);
        xml.writeEmptyElement("t", "ExtendedFieldURI", Namespaces.TYPES);
        xml.writeAttribute("PropertyTag", tag);
        xml.writeAttribute("PropertyType", type);
        xml.writeEndElement();
        xml.writeEndElement();
    }

    static EwsRequest syncFolderItems(Mailbox mailbox, String folderId, Optional<String> syncState) {
        return soap(mailbox, "SyncFolderItems", xml -> {
            listingShape(xml);
            message(xml, "SyncFolderId");
            reference(xml, "FolderId", folderId);
            xml.writeEndElement();
            if (syncState.isPresent()) {
                messageText(xml, "SyncState", syncState.get());
            }
            messageText(xml, "MaxChangesReturned", Integer.toString(MOST_CHANGES));
        });
    }

    /** A subscription to what comes into any folder of the mailbox, to be streamed. */
    static EwsRequest subscribe(Mailbox mailbox) {
        return soap(mailbox, "Subscribe", xml -> {
            message(xml, "StreamingSubscriptionRequest");
            xml.writeAttribute("SubscribeToAllFolders", "true");
            type(xml, "EventTypes");
            for (String event : ARRIVALS) {
                text(xml, "EventType", event);
            }
            xml.writeEndElement();
            xml.writeEndElement();
        });
    }

    static EwsRequest unsubscribe(Mailbox mailbox, String subscription) {
        return soap(mailbox, "Unsubscribe", xml -> messageText(xml, "SubscriptionId", subscription));
    }

    /** @param minutes 1 to 30, after which the server closes the connection */
    static EwsRequest getStreamingEvents(Mailbox mailbox, Collection<String> subscriptions, int minutes) {
        return soap(mailbox, "GetStreamingEvents", xml -> {
            message(xml, "SubscriptionIds");
            for (String subscription : subscriptions) {
                text(xml, "SubscriptionId", subscription);
            }
            xml.writeEndElement();
            messageText(xml, "ConnectionTimeout", Integer.toString(minutes));
        });
    }

    /**
     * Raw MIME and what the metadata is made of.
     *
     * @param mailHeaders whether that includes the headers of the mails themselves
     */
    static EwsRequest getItem(Mailbox mailbox, List<String> itemIds, boolean mailHeaders) {
        return soap(mailbox, "GetItem", xml -> {
            message(xml, "ItemShape");
            text(xml, "BaseShape", "IdOnly");
            text(xml, "IncludeMimeContent", "true");
            type(xml, "AdditionalProperties");
            fields(xml, METADATA_FIELDS);
            if (mailHeaders) {
                fields(xml, List.of(MAIL_HEADERS));
            }
            xml.writeEndElement();
            xml.writeEndElement();
            message(xml, "ItemIds");
            for (String id : itemIds) {
                reference(xml, "ItemId", id);
            }
            xml.writeEndElement();
        });
    }

    /** The same request, for the server that holds a group of subscriptions. */
    EwsRequest near(Affinity group) {
        return new EwsRequest(operation, envelope, Optional.of(group));
    }

    static EwsRequest soap(Mailbox mailbox, String operation, Operation content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try {
            XMLStreamWriter xml = FACTORY.createXMLStreamWriter(bytes, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("s", "Envelope", Namespaces.SOAP);
            xml.writeNamespace("s", Namespaces.SOAP);
            xml.writeNamespace("t", Namespaces.TYPES);
            xml.writeNamespace("m", Namespaces.MESSAGES);
            header(xml, mailbox);
            xml.writeStartElement("s", "Body", Namespaces.SOAP);
            message(xml, operation);
            content.to(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("an id, a sync state or an option cannot be written as XML", e);
        }
        return new EwsRequest(operation, bytes.toByteArray(), Optional.empty());
    }

    private static void header(XMLStreamWriter xml, Mailbox mailbox) throws XMLStreamException {
        xml.writeStartElement("s", "Header", Namespaces.SOAP);
        xml.writeEmptyElement("t", "RequestServerVersion", Namespaces.TYPES);
        xml.writeAttribute("Version", SERVER_VERSION);
        if (mailbox.access() == Access.APPLICATION) {
            type(xml, "ExchangeImpersonation");
            type(xml, "ConnectingSID");
            text(xml, "PrimarySmtpAddress", mailbox.address().value());
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    static void distinguished(XMLStreamWriter xml, Mailbox mailbox, String name) throws XMLStreamException {
        if (mailbox.access() != Access.DELEGATE) {
            reference(xml, "DistinguishedFolderId", name);
            return;
        }
        type(xml, "DistinguishedFolderId");
        xml.writeAttribute("Id", name);
        type(xml, "Mailbox");
        text(xml, "EmailAddress", mailbox.address().value());
        xml.writeEndElement();
        xml.writeEndElement();
    }

    static void fields(XMLStreamWriter xml, List<String> uris) throws XMLStreamException {
        for (String uri : uris) {
            xml.writeEmptyElement("t", "FieldURI", Namespaces.TYPES);
            xml.writeAttribute("FieldURI", uri);
        }
    }

    static void reference(XMLStreamWriter xml, String name, String id) throws XMLStreamException {
        xml.writeEmptyElement("t", name, Namespaces.TYPES);
        xml.writeAttribute("Id", id);
    }

    static void message(XMLStreamWriter xml, String name) throws XMLStreamException {
        xml.writeStartElement("m", name, Namespaces.MESSAGES);
    }

    static void messageText(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        message(xml, name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    static void type(XMLStreamWriter xml, String name) throws XMLStreamException {
        xml.writeStartElement("t", name, Namespaces.TYPES);
    }

    static void text(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        type(xml, name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    /** Names the operation only: ids and sync states are long, and nobody's business. */
    @Override
    public String toString() {
        return "EwsRequest[" + operation + "]";
    }
}

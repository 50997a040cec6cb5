package org.mailcaravan.ews;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;

/**
 * A SOAP request to one mailbox: the operation's name and the envelope in UTF-8. A delegate names the mailbox in distinguished folder ids, other ids carry it
 * in themselves; an application impersonates it. The order of elements is that of Microsoft's schemas (MS-OXWSFOLD, MS-OXWSSYNC, MS-OXWSCORE).
 */
record EwsRequest(String operation, byte[] envelope) {
    /** PidTagSearchKey (MS-OXPROPS 2.991): stays the same when a message moves. */
    static final String SEARCH_KEY = "0x300B";

    private static final int MOST_CHANGES = 512;
    /** Understood by Exchange 2013 SP1 and everything newer. */
    private static final String SERVER_VERSION = "Exchange2013_SP1";

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

    /** @param names distinguished folder ids that EWS knows; any other makes the server refuse the whole request */
    static EwsRequest getFolder(Mailbox mailbox, List<String> names) {
        return soap(mailbox, "GetFolder", xml -> {
            message(xml, "FolderShape");
            text(xml, "BaseShape", "IdOnly");
            xml.writeEndElement();
            message(xml, "FolderIds");
            for (String name : names) {
                distinguished(xml, mailbox, name);
            }
            xml.writeEndElement();
        });
    }

    static EwsRequest syncFolderItems(Mailbox mailbox, String folderId, Optional<String> syncState) {
        return soap(mailbox, "SyncFolderItems", xml -> {
            message(xml, "ItemShape");
            text(xml, "BaseShape", "IdOnly");
            type(xml, "AdditionalProperties");
            fields(xml, LISTING_FIELDS);
            xml.writeEmptyElement("t", "ExtendedFieldURI", Namespaces.TYPES);
            xml.writeAttribute("PropertyTag", SEARCH_KEY);
            xml.writeAttribute("PropertyType", "Binary");
            xml.writeEndElement();
            xml.writeEndElement();
            message(xml, "SyncFolderId");
            reference(xml, "FolderId", folderId);
            xml.writeEndElement();
            if (syncState.isPresent()) {
                messageText(xml, "SyncState", syncState.get());
            }
            messageText(xml, "MaxChangesReturned", Integer.toString(MOST_CHANGES));
        });
    }

    /** Raw MIME and what the metadata is made of. */
    static EwsRequest getItem(Mailbox mailbox, List<String> itemIds) {
        return soap(mailbox, "GetItem", xml -> {
            message(xml, "ItemShape");
            text(xml, "BaseShape", "IdOnly");
            text(xml, "IncludeMimeContent", "true");
            type(xml, "AdditionalProperties");
            fields(xml, METADATA_FIELDS);
            xml.writeEndElement();
            xml.writeEndElement();
            message(xml, "ItemIds");
            for (String id : itemIds) {
                reference(xml, "ItemId", id);
            }
            xml.writeEndElement();
        });
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
        return new EwsRequest(operation, bytes.toByteArray());
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

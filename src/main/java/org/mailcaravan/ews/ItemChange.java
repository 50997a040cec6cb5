package org.mailcaravan.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * What UpdateItem changes of a message.
 *
 * @param read the read mark
 * @param flag FlagStatusType: {@code NotFlagged}, {@code Flagged} or {@code Complete}
 * @param importance {@code Low}, {@code Normal} or {@code High}
 * @param categories replace the message's; an empty list takes them away
 */
record ItemChange(
        Optional<Boolean> read, Optional<String> flag, Optional<String> importance, Optional<List<String>> categories) {
    boolean isEmpty() {
        return read.isEmpty() && flag.isEmpty() && importance.isEmpty() && categories.isEmpty();
    }

    /** Writes the element {@code t:Updates}. */
    void write(XMLStreamWriter xml) throws XMLStreamException {
        EwsRequest.type(xml, "Updates");
        for (EwsRequest.Operation update : updates()) {
            update.to(xml);
        }
        xml.writeEndElement();
    }

    private List<EwsRequest.Operation> updates() {
        List<EwsRequest.Operation> all = new ArrayList<>();
        read.ifPresent(mark ->
                all.add(xml -> set(xml, "message:IsRead", () -> EwsRequest.text(xml, "IsRead", mark.toString()))));
        flag.ifPresent(status -> all.add(xml -> set(xml, "item:Flag", () -> flag(xml, status))));
        importance.ifPresent(word ->
                all.add(xml -> set(xml, "item:Importance", () -> EwsRequest.text(xml, "Importance", word))));
        categories.ifPresent(names -> all.add(xml -> {
            if (names.isEmpty()) {
                delete(xml, "item:Categories");
            } else {
                set(xml, "item:Categories", () -> categories(xml, names));
            }
        }));
        return all;
    }

    @FunctionalInterface
    private interface Value {
        void write() throws XMLStreamException;
    }

    private static void set(XMLStreamWriter xml, String field, Value value) throws XMLStreamException {
        EwsRequest.type(xml, "SetItemField");
        EwsRequest.fields(xml, List.of(field));
        EwsRequest.type(xml, "Message");
        value.write();
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void delete(XMLStreamWriter xml, String field) throws XMLStreamException {
        EwsRequest.type(xml, "DeleteItemField");
        EwsRequest.fields(xml, List.of(field));
        xml.writeEndElement();
    }

    private static void flag(XMLStreamWriter xml, String status) throws XMLStreamException {
        EwsRequest.type(xml, "Flag");
        EwsRequest.text(xml, "FlagStatus", status);
        xml.writeEndElement();
    }

    private static void categories(XMLStreamWriter xml, List<String> names) throws XMLStreamException {
        EwsRequest.type(xml, "Categories");
        for (String name : names) {
            EwsRequest.text(xml, "String", name);
        }
        xml.writeEndElement();
    }
}

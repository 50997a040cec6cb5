package org.mailcaravan.ews;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Which items of a folder FindItem lists: those that meet all that is given.
 *
 * @param receivedFrom received then or later
 * @param receivedBefore received earlier
 * @param subject is contained in the subject, in any case of letters
 * @param read only those that are read, or only those that are not
 */
record ItemFilter(
        Optional<Instant> receivedFrom,
        Optional<Instant> receivedBefore,
        Optional<String> subject,
        Optional<Boolean> read) {
    static final ItemFilter EVERYTHING =
            new ItemFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Writes the element {@code m:Restriction}, if there is something to restrict. */
    void write(XMLStreamWriter xml) throws XMLStreamException {
        List<EwsRequest.Operation> conditions = conditions();
        if (conditions.isEmpty()) {
            return;
        }
        EwsRequest.message(xml, "Restriction");
        if (conditions.size() > 1) {
            EwsRequest.type(xml, "And");
        }
        for (EwsRequest.Operation condition : conditions) {
            condition.to(xml);
        }
        if (conditions.size() > 1) {
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private List<EwsRequest.Operation> conditions() {
        List<EwsRequest.Operation> all = new ArrayList<>();
        receivedFrom.ifPresent(time ->
                all.add(xml -> compare(xml, "IsGreaterThanOrEqualTo", "item:DateTimeReceived", time.toString())));
        receivedBefore.ifPresent(
                time -> all.add(xml -> compare(xml, "IsLessThan", "item:DateTimeReceived", time.toString())));
        subject.ifPresent(text -> all.add(xml -> contains(xml, text)));
        read.ifPresent(mark -> all.add(xml -> compare(xml, "IsEqualTo", "message:IsRead", mark.toString())));
        return all;
    }

    private static void compare(XMLStreamWriter xml, String how, String field, String value) throws XMLStreamException {
        EwsRequest.type(xml, how);
        EwsRequest.fields(xml, List.of(field));
        EwsRequest.type(xml, "FieldURIOrConstant");
        constant(xml, value);
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void contains(XMLStreamWriter xml, String text) throws XMLStreamException {
        EwsRequest.type(xml, "Contains");
        xml.writeAttribute("ContainmentMode", "Substring");
        xml.writeAttribute("ContainmentComparison", "IgnoreCase");
        EwsRequest.fields(xml, List.of("item:Subject"));
        constant(xml, text);
        xml.writeEndElement();
    }

    private static void constant(XMLStreamWriter xml, String value) throws XMLStreamException {
        xml.writeEmptyElement("t", "Constant", Namespaces.TYPES);
        xml.writeAttribute("Value", value);
    }
}

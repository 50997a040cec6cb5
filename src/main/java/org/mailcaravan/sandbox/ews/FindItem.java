package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** FindItem, Shallow, paged, by time of receipt, perhaps restricted; no query. */
final class FindItem {
    private FindItem() {}

    static Operation.Answer prepare(EwsCall call) throws EwsFault {
        call.refuse(
                "m:QueryString",
                "m:GroupBy",
                "m:DistinguishedGroupBy",
                "m:FractionalPageItemView",
                "m:CalendarView",
                "m:ContactsView");
        PageView view = PageView.of(call, "m:IndexedPageItemView");
        boolean oldestFirst = oldestFirst(call);
        Predicate<SandboxMessage> restriction = ItemRestriction.of(call);
        Outcome<ItemShape> shape = ItemShape.summary(call.operation().get("m:ItemShape"), call.version());
        List<Outcome<LocatedFolder>> parents = new FolderLookup(call).findAll("m:ParentFolderIds");
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            for (Outcome<LocatedFolder> parent : parents) {
                if (shape.value().isPresent() && parent.value().isPresent()) {
                    List<SandboxMessage> found = messages(call, parent.value().get(), oldestFirst).stream()
                            .filter(restriction)
                            .toList();
                    messages.success(payload ->
                            write(payload, view.page(found), shape.value().get()));
                } else {
                    messages.failure(shape.problem().or(parent::problem).orElseThrow());
                }
            }
            messages.end();
        };
    }

    private static boolean oldestFirst(EwsCall call) throws EwsFault {
        List<XmlElement> orders =
                call.operation().find("m:SortOrder").map(XmlElement::children).orElse(List.of());
        for (XmlElement order : orders) {
            boolean byReceipt = order.children().get(0).attributes().containsValue("item:DateTimeReceived");
            if (!byReceipt) {
                throw new EwsFault("ErrorInvalidRequest", "The sandbox sorts by item:DateTimeReceived only.");
            }
        }
        return !orders.isEmpty()
                && orders.get(0).attribute("Order").filter("Ascending"::equals).isPresent();
    }

    private static List<SandboxMessage> messages(EwsCall call, LocatedFolder found, boolean oldestFirst) {
        if (!call.operation().attribute("Traversal").filter("Shallow"::equals).isPresent()) {
            return List.of();
        }
        List<SandboxMessage> messages = new ArrayList<>(found.mailbox().messages(found.folder()));
        if (oldestFirst) {
            Collections.reverse(messages);
        }
        return messages;
    }

    private static void write(SoapWriter out, PageView.Page<SandboxMessage> page, ItemShape shape)
            throws XMLStreamException, IOException {
        page.writeRootFolder(
                out,
                "t:Items",
                message -> new ItemView(message, message.content(), shape, 0, Long.MAX_VALUE).write(out));
    }
}

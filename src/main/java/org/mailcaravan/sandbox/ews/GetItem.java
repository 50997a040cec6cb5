package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** GetItem: {@code m:GetItem{ m:ItemShape, m:ItemIds }}. MIME is generated while it is sent. */
final class GetItem {
    private GetItem() {}

    static Operation.Answer prepare(EwsCall call) {
        Outcome<ItemShape> shape = ItemShape.full(call.operation().get("m:ItemShape"), call.version());
        List<Outcome<SandboxMessage>> items = call.operation().get("m:ItemIds").children().stream()
                .map(reference -> ItemIds.find(call.mailboxes(), reference))
                .toList();
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            for (Outcome<SandboxMessage> item : items) {
                write(messages, call, shape, item);
            }
            messages.end();
        };
    }

    private static void write(
            ResponseMessages messages, EwsCall call, Outcome<ItemShape> shape, Outcome<SandboxMessage> item)
            throws XMLStreamException, IOException {
        if (shape.value().isEmpty() || item.value().isEmpty()) {
            messages.failure(shape.problem().or(item::problem).orElseThrow());
            return;
        }
        SandboxMessage message = item.value().get();
        ItemView view = new ItemView(
                message,
                message.content(),
                shape.value().get(),
                call.number(),
                call.distortion().mimeLimit());
        messages.success(out -> {
            out.start("m:Items");
            view.write(out);
            out.end();
        });
    }
}

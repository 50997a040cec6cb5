package org.mailcaravan.ews;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.SyncCursor;

/** Reads the answer to SyncFolderItems. The page counts only if the whole answer was read to its end. */
final class ChangesReader implements EwsClient.Reader<MailPage> {
    private final List<ListedMessage> messages = new ArrayList<>();
    private Optional<SyncCursor> next = Optional.empty();
    private Optional<Boolean> last = Optional.empty();

    @Override
    public MailPage read(XmlPull xml, String requestId) throws IOException, RefusedException {
        xml.require(xml.depth(), "m:SyncFolderItemsResponseMessage");
        ResponseHead head = ResponseHead.begin(xml, "SyncFolderItems", requestId);
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml)) {
                payload(xml);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        xml.finish();
        return new MailPage(
                messages,
                next.orElseThrow(() -> new BrokenXmlException("there is no SyncState")),
                last.orElseThrow(() -> new BrokenXmlException("there is no IncludesLastItemInRange")));
    }

    private void payload(XmlPull xml) throws IOException {
        switch (xml.name()) {
            case "m:SyncState" -> {
                String state = xml.text();
                next = state.isBlank() ? Optional.empty() : Optional.of(new SyncCursor(state));
            }
            case "m:IncludesLastItemInRange" -> last = Optional.of(ItemFields.bool(xml.text()));
            case "m:Changes" -> changes(xml);
            default -> {
                // newer servers may say more
            }
        }
    }

    private void changes(XmlPull xml) throws IOException {
        int changes = xml.depth();
        while (xml.nextChild(changes)) {
            String change = xml.name();
            if (change.equals("t:Create") || change.equals("t:Update")) {
                change(xml);
            }
        }
    }

    private void change(XmlPull xml) throws IOException {
        int change = xml.depth();
        while (xml.nextChild(change)) {
            if (ListedItem.isMail(xml)) {
                messages.add(ListedItem.read(xml));
            }
        }
    }
}

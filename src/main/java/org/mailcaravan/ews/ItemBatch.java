package org.mailcaravan.ews;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.WantedMessage;

/** One GetItem: hands over each item as it is read, and remembers how the others ended. Response messages belong to the asked ids by their order. */
final class ItemBatch implements EwsClient.Reader<ItemBatch> {
    private static final String OPERATION = "GetItem";

    private final Mailbox mailbox;
    private final List<WantedMessage> asked;
    private final ContentReceiver receiver;
    private final boolean mailHeaders;
    private final List<WantedMessage> stopped = new ArrayList<>();
    private final List<WantedMessage> tooLarge = new ArrayList<>();
    private final List<Refused> denied = new ArrayList<>();
    private final List<Refused> hidden = new ArrayList<>();
    private Optional<EwsRefusal> busy = Optional.empty();
    private Optional<String> broken = Optional.empty();
    private boolean cut;
    private boolean slow;
    private boolean begun;
    private int answered;
    private int stored;

    /** @param mailHeaders whether the headers of the mails are read into their metadata */
    ItemBatch(Mailbox mailbox, List<WantedMessage> asked, ContentReceiver receiver, boolean mailHeaders) {
        this.mailHeaders = mailHeaders;
        this.mailbox = mailbox;
        this.asked = List.copyOf(asked);
        this.receiver = receiver;
    }

    /** A message and what EWS said about it. */
    record Refused(WantedMessage message, EwsRefusal refusal) {}

    EwsRequest request() {
        return EwsRequest.getItem(mailbox, asked.stream().map(ItemBatch::id).toList(), mailHeaders);
    }

    private static String id(WantedMessage message) {
        return message.alias(MessageAlias.Kind.EWS_ITEM).orElseThrow();
    }

    /** A break is kept as a value, because the items before it count; a passed deadline is not, because it is no fault of an item. */
    @Override
    public ItemBatch read(XmlPull xml, String requestId) throws IOException {
        begun = true;
        try {
            items(xml, requestId);
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (BrokenXmlException e) {
            breaks(e.getMessage(), requestId);
        } catch (IOException e) {
            cut = true;
            breaks("the answer was cut", requestId);
        }
        return this;
    }

    @Override
    public Optional<EwsRefusal> throttling() {
        return busy;
    }

    private void breaks(String reason, String requestId) {
        if (answered < asked.size()) {
            broken = Optional.of(reason + ", request-id " + requestId);
        }
    }

    private void items(XmlPull xml, String requestId) throws IOException {
        int frame = xml.depth();
        while (xml.nextChild(frame)) {
            if (answered == asked.size()) {
                throw new BrokenXmlException("there are more items than were asked for");
            }
            item(xml, asked.get(answered), requestId);
        }
        if (answered < asked.size()) {
            throw new BrokenXmlException("there are fewer items than were asked for");
        }
        xml.finish();
    }

    private void item(XmlPull xml, WantedMessage wanted, String requestId) throws IOException {
        ResponseHead head = ResponseHead.begin(xml, OPERATION, requestId);
        boolean found = false;
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml)
                    && xml.name().equals("m:Items")
                    && head.refusal().isEmpty()) {
                found |= content(xml, wanted);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            answered++;
            refused(wanted, refusal.get());
        } else if (!found) {
            throw new BrokenXmlException("a response message has no item");
        }
    }

    private boolean content(XmlPull xml, WantedMessage wanted) throws IOException {
        int items = xml.depth();
        boolean found = false;
        while (xml.nextChild(items)) {
            if (found) {
                throw new BrokenXmlException("a response message has two items");
            }
            found = true;
            Optional<UnusableContentException> defect = store(xml, wanted);
            answered++; // at once: whatever breaks after the item must not bring it again
            defect.ifPresent(why -> unusable(wanted, why));
        }
        return found;
    }

    private void unusable(WantedMessage wanted, UnusableContentException why) {
        String reason = "it was not stored: " + why.getMessage();
        if (why.isPassing()) {
            receiver.incomplete(wanted.key(), reason);
        } else {
            receiver.failed(wanted.key(), reason);
        }
    }

    /** @return why it was not stored, if so */
    private Optional<UnusableContentException> store(XmlPull xml, WantedMessage wanted) throws IOException {
        ContentReceiver.Content content = receiver.begin(wanted.key());
        try {
            FetchedItem item = FetchedItem.read(xml, new MimeSink(content.mime()));
            requireSame(item, wanted);
            content.complete(item.metadata());
            stored++;
            return Optional.empty();
        } catch (UnusableContentException e) {
            return Optional.of(e);
        } finally {
            close(content);
        }
    }

    /** One message must never be kept under another's key. Asked alone there is no doubt, even if the server spells its id anew. */
    private void requireSame(FetchedItem item, WantedMessage wanted) throws BrokenXmlException {
        if (!alone() && item.id().filter(id(wanted)::equals).isEmpty()) {
            throw new BrokenXmlException("the items are not those that were asked for, or in another order");
        }
    }

    private static void close(ContentReceiver.Content content) {
        try {
            content.close();
        } catch (IOException e) {
            throw new StagingException("the staging place of a message could not be closed", e);
        }
    }

    private void refused(WantedMessage wanted, EwsRefusal refusal) {
        switch (refusal.kind()) {
            case BUSY ->
                busy = Optional.of(
                        busy.filter(known -> waitsLonger(known, refusal)).orElse(refusal));
            case TRANSIENT -> later(wanted, refusal);
            case ITEM_GONE -> missing(wanted, refusal);
            case CONSENT, BLOCKED -> denied.add(new Refused(wanted, refusal));
            case TOO_LARGE -> tooLarge.add(wanted);
            default -> receiver.failed(wanted.key(), refusal.words());
        }
    }

    /** To a delegate or an application whose right was taken away, EWS may say that an item is not there: the mailbox must be asked before it is believed. */
    private void missing(WantedMessage wanted, EwsRefusal refusal) {
        if (mailbox.access() == Access.OWNER) {
            receiver.vanished(wanted.key(), refusal.words());
        } else {
            hidden.add(new Refused(wanted, refusal));
        }
    }

    private static boolean waitsLonger(EwsRefusal one, EwsRefusal other) {
        return one.backOff().isPresent()
                && other.backOff()
                        .map(wait -> one.backOff().get().compareTo(wait) >= 0)
                        .orElse(true);
    }

    private void later(WantedMessage wanted, EwsRefusal refusal) {
        slow |= refusal.is("ErrorTimeoutExpired");
        if (refusal.is("ErrorBatchProcessingStopped")) {
            stopped.add(wanted);
        }
    }

    /** What the answers mean for the mailbox as a whole: to wait, or that nothing of it may be read. A single denied item is only that. */
    Optional<MailSourceException> stop() {
        if (busy.isPresent()) {
            return busy.map(refusal -> refusal.toException(mailbox.access()));
        }
        if (stored == 0 && !denied.isEmpty()) {
            return Optional.of(denied.get(0).refusal().toException(mailbox.access()));
        }
        denied.forEach(one -> receiver.failed(one.message().key(), one.refusal().words()));
        return cut && broken.isPresent() && asked.size() > 1 && answered == 0
                ? Optional.of(new MailSourceUnavailableException("the connection broke before the first item"))
                : Optional.empty();
    }

    /** Not yet answered. */
    List<WantedMessage> open() {
        return asked.subList(answered, asked.size());
    }

    /** Said not to be there, to somebody who is not the owner. */
    List<Refused> hidden() {
        return hidden;
    }

    List<WantedMessage> stopped() {
        return stopped;
    }

    List<WantedMessage> tooLarge() {
        return tooLarge;
    }

    Optional<String> broken() {
        return broken;
    }

    boolean cut() {
        return cut && broken.isPresent();
    }

    boolean slow() {
        return slow;
    }

    boolean alone() {
        return asked.size() == 1;
    }

    boolean begun() {
        return begun;
    }
}

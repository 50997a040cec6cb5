package org.mailcaravan.ews;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MessageAlias;

/** An item as SyncFolderItems and FindItem list it, and its two names: ItemId, which changes when it moves, and a secondary identity, which does not. */
final class ListedItem {
    /** What may lie in a mail folder and is no mail: Exchange has no MIME for it. Everything else is listed. */
    private static final Set<String> NO_MAIL = Set.of(
            "t:CalendarItem", "t:Contact", "t:DistributionList", "t:Task", "t:RoleMember", "t:Network", "t:Person");

    private static final int LONGEST_ID = 1024;

    private Optional<String> id = Optional.empty();
    private Optional<String> searchKey = Optional.empty();
    private Optional<String> messageId = Optional.empty();
    private Optional<Instant> received = Optional.empty();
    private OptionalLong size = OptionalLong.empty();

    private ListedItem() {}

    /**
     * A row of a listing.
     *
     * @param isMail whether Exchange has MIME for it
     */
    record Row(ListedMessage message, boolean isMail) {}

    static Row row(XmlPull xml) throws IOException {
        boolean mail = isMail(xml);
        return new Row(read(xml), mail);
    }

    /** Whether the item that is the current element is mail. */
    static boolean isMail(XmlPull xml) {
        return !NO_MAIL.contains(xml.name());
    }

    /** Reads the item that is the current element. */
    static ListedMessage read(XmlPull xml) throws IOException {
        ListedItem item = new ListedItem();
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            item.take(xml);
        }
        return item.listed();
    }

    private void take(XmlPull xml) throws IOException {
        switch (xml.name()) {
            case "t:ItemId" -> id = xml.attribute("Id");
            case "t:DateTimeReceived" -> received = ItemFields.instant(xml.text());
            case "t:Size" -> size = ItemFields.number(xml.text());
            case "t:InternetMessageId" -> messageId = Optional.of(xml.text().trim());
            case "t:ExtendedProperty" -> extended(xml);
            default -> {
                // not asked for
            }
        }
    }

    private void extended(XmlPull xml) throws IOException {
        Optional<String> tag = Optional.empty();
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            if (xml.name().equals("t:ExtendedFieldURI")) {
                tag = xml.attribute("PropertyTag");
            } else if (xml.name().equals("t:Value")
                    && tag.filter(ListedItem::isSearchKey).isPresent()) {
                searchKey = Optional.of(xml.text().trim()).filter(value -> !value.isEmpty());
            }
        }
    }

    /** Exchange answers tags in lower case and without leading zeros, whatever was asked. */
    private static boolean isSearchKey(String tag) {
        return tag.equalsIgnoreCase(EwsRequest.SEARCH_KEY);
    }

    private ListedMessage listed() throws BrokenXmlException {
        String itemId = id.filter(value -> !value.isEmpty() && value.length() <= LONGEST_ID)
                .orElseThrow(() -> new BrokenXmlException("an item has no usable id"));
        List<MessageAlias> aliases = new ArrayList<>();
        aliases.add(new MessageAlias(MessageAlias.Kind.EWS_ITEM, itemId));
        searchKey.map(key -> MessageAlias.secondary(key, messageId, received)).ifPresent(aliases::add);
        return new ListedMessage(aliases, received, size, Optional.empty());
    }
}

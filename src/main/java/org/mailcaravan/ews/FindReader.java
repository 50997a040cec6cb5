package org.mailcaravan.ews;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the answer to FindFolder or FindItem for one parent folder: a page of rows.
 *
 * @param <T> a row
 */
final class FindReader<T> implements EwsClient.Reader<FindReader.Page<T>> {
    private final String operation;
    private final String container;
    private final Row<T> row;
    private final List<T> rows = new ArrayList<>();
    private Optional<Boolean> last = Optional.empty();
    private int next;

    /** Reads the element that is the current one. */
    @FunctionalInterface
    interface Row<T> {
        T read(XmlPull xml) throws IOException;
    }

    /**
     * @param next the offset of what follows
     * @param last whether nothing follows
     */
    record Page<T>(List<T> rows, int next, boolean last) {}

    /**
     * @param operation FindFolder or FindItem
     * @param container what holds the rows
     */
    FindReader(String operation, String container, Row<T> row) {
        this.operation = operation;
        this.container = container;
        this.row = row;
    }

    static FindReader<FoundFolder> folders() {
        return new FindReader<>("FindFolder", "t:Folders", FoundFolder::read);
    }

    static FindReader<ListedItem.Row> items() {
        return new FindReader<>("FindItem", "t:Items", ListedItem::row);
    }

    @Override
    public Page<T> read(XmlPull xml, String requestId) throws IOException, RefusedException {
        xml.require(xml.depth(), "m:" + operation + "ResponseMessage");
        ResponseHead head = ResponseHead.begin(xml, operation, requestId);
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && xml.name().equals("m:RootFolder")) {
                page(xml);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        xml.finish();
        boolean end = last.orElseThrow(() -> new BrokenXmlException("there is no IncludesLastItemInRange"));
        if (rows.isEmpty() && !end) {
            throw new BrokenXmlException("an empty page says that more follows");
        }
        return new Page<>(rows, next, end);
    }

    private void page(XmlPull xml) throws IOException {
        Optional<String> includesLast = xml.attribute("IncludesLastItemInRange");
        last = includesLast.isPresent() ? Optional.of(ItemFields.bool(includesLast.get())) : Optional.empty();
        next = (int) xml.attribute("IndexedPagingOffset")
                .map(ItemFields::number)
                .filter(number -> number.orElse(-1) >= 0 && number.orElse(-1) <= Integer.MAX_VALUE)
                .orElseThrow(() -> new BrokenXmlException("there is no IndexedPagingOffset"))
                .getAsLong();
        int root = xml.depth();
        while (xml.nextChild(root)) {
            if (xml.name().equals(container)) {
                rows(xml);
            }
        }
    }

    private void rows(XmlPull xml) throws IOException {
        int container = xml.depth();
        while (xml.nextChild(container)) {
            rows.add(row.read(xml));
        }
    }
}

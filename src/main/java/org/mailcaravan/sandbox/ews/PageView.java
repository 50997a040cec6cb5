package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/**
 * An indexed page of a find operation.
 *
 * @param most EWSFindCountLimit at most
 */
record PageView(int offset, int most) {
    /** Rows Exchange finds in one call at most (EWSFindCountLimit). */
    private static final int FIND_COUNT_LIMIT = 1000;

    static PageView of(EwsCall call, String element) throws EwsFault {
        Optional<XmlElement> view = call.operation().find(element);
        if (view.flatMap(found -> found.attribute("BasePoint"))
                .filter("End"::equals)
                .isPresent()) {
            throw new EwsFault("ErrorInvalidRequest", "The sandbox pages from BasePoint Beginning only.");
        }
        int offset = number(view, "Offset", 0);
        int most = number(view, "MaxEntriesReturned", FIND_COUNT_LIMIT);
        if (most == 0) {
            throw new EwsFault("ErrorInvalidPagingMaxRows", "MaxEntriesReturned must be at least 1.");
        }
        return new PageView(offset, Math.min(most, FIND_COUNT_LIMIT));
    }

    private static int number(Optional<XmlElement> view, String attribute, int absent) {
        return view.flatMap(found -> found.attribute(attribute))
                .map(Integer::parseInt)
                .orElse(absent);
    }

    <T> Page<T> page(List<T> all) {
        int from = Math.min(offset, all.size());
        int to = (int) Math.min(all.size(), (long) from + most);
        return new Page<>(all.subList(from, to), to, all.size());
    }

    /** @param nextOffset offset of the first row behind this page */
    record Page<T>(List<T> rows, int nextOffset, int total) {
        @FunctionalInterface
        interface RowWriter<T> {
            void write(T row) throws XMLStreamException, IOException;
        }

        void writeRootFolder(SoapWriter out, String container, RowWriter<T> writer)
                throws XMLStreamException, IOException {
            out.start("m:RootFolder").attribute("IndexedPagingOffset", nextOffset);
            out.attribute("TotalItemsInView", total);
            out.attribute("IncludesLastItemInRange", String.valueOf(nextOffset == total));
            out.start(container);
            for (T row : rows) {
                writer.write(row);
            }
            out.end().end();
        }
    }
}

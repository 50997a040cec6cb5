package org.mailcaravan.graph;

import java.util.Optional;
import org.mailcaravan.component.ReadChoice;

/**
 * What one consumer reads, as far as it differs from how its mailboxes were connected and from what the component says.
 *
 * @param choice folders and start
 * @param content instead of the component's
 * @param select further properties, comma separated, or empty
 */
record ReadOptions(ReadChoice choice, Optional<MessageContent> content, String select) {
    ReadOptions {
        if (!select.matches("([A-Za-z]+(,[A-Za-z]+)*)?")) {
            throw new IllegalArgumentException(
                    "select must be names of properties separated by commas, for example internetMessageHeaders,webLink");
        }
    }

    static ReadOptions of(GraphConfiguration options) {
        return new ReadOptions(
                ReadChoice.of(options.getFolders(), options.getStartFrom()),
                Optional.ofNullable(options.getContent()).map(MessageContent::of),
                String.join(",", ReadChoice.split(options.getSelect())));
    }

    /** Whether the component's own source does. */
    boolean needsNoSource() {
        return content.isEmpty() && select.isEmpty();
    }
}

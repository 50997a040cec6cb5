package org.mailcaravan.sandbox.mail;

import java.util.List;

/** What stands under the headers of a {@link MimeEntity}. */
sealed interface MimeContent {

    /** Bytes under a transfer encoding. */
    record Leaf(Payload payload, TransferEncoding encoding) implements MimeContent {}

    /**
     * Several parts.
     *
     * @param subtype {@code mixed}, {@code alternative}, {@code related}, {@code report}
     * @param parameters further parameters, for example {@code ; report-type=delivery-status}
     */
    record Multipart(String subtype, String parameters, List<MimeEntity> parts) implements MimeContent {
        public Multipart {
            parts = List.copyOf(parts);
        }
    }

    /** A message inside this one (message/rfc822). */
    record Attached(MimeEntity message) implements MimeContent {}
}

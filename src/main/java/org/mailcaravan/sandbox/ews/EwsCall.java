package org.mailcaravan.sandbox.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One request that passed every check of the envelope.
 *
 * @param number of the request, counted from 1; salts generated MIME
 * @param operation the element below the SOAP body
 * @param mailboxes those the caller reaches
 * @param creator of subscriptions: the application, with the user whose token it has
 * @param server that answers, see {@link BackEnds}
 */
record EwsCall(
        long number,
        ServerVersion version,
        XmlElement operation,
        OpenMailboxes mailboxes,
        Distortion distortion,
        String creator,
        String server) {

    /** @throws EwsFault if the client speaks an older version of the schema */
    void require(ServerVersion since) throws EwsFault {
        if (!version.isAtLeast(since)) {
            throw new EwsFault(
                    "ErrorInvalidServerVersion",
                    "The operation needs RequestServerVersion " + since.wireName() + " or later.");
        }
    }

    EwsCall with(Distortion other) {
        return new EwsCall(number, version, operation, mailboxes, other, creator, server);
    }

    /**
     * Refuses what Exchange can do and this sandbox cannot, rather than ignoring it.
     *
     * @throws EwsFault if the request holds one of the elements
     */
    void refuse(String... elements) throws EwsFault {
        for (String element : elements) {
            if (operation.find(element).isPresent()) {
                throw new EwsFault(
                        "ErrorInvalidRequest", "The sandbox does not support " + Namespaces.localName(element) + ".");
            }
        }
    }

    /** Does something for each thing asked, except where the fault plan wants a problem instead: there nothing changes. */
    <T> List<Outcome<T>> each(List<XmlElement> asked, Function<XmlElement, Outcome<T>> action) {
        List<Outcome<T>> outcomes = new ArrayList<>();
        for (XmlElement one : asked) {
            Optional<Problem> planned = distortion.problemAt(outcomes.size());
            outcomes.add(planned.<Outcome<T>>map(Outcome::failed).orElseGet(() -> action.apply(one)));
        }
        return outcomes;
    }
}

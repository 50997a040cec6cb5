package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.util.Optional;

/** The follow-up flag of a message. */
public record FollowUp(Status status, Optional<Instant> start, Optional<Instant> due, Optional<Instant> completed) {
    /** Not flagged. */
    public static final FollowUp NONE =
            new FollowUp(Status.NOT_FLAGGED, Optional.empty(), Optional.empty(), Optional.empty());

    /** PidTagFlagStatus in the names of EWS and Graph. */
    public enum Status {
        NOT_FLAGGED("NotFlagged"),
        FLAGGED("Flagged"),
        COMPLETE("Complete");

        private final String ewsName;

        Status(String ewsName) {
            this.ewsName = ewsName;
        }

        public String ewsName() {
            return ewsName;
        }

        /** {@code notFlagged}, {@code flagged} or {@code complete}. */
        public String graphName() {
            return Character.toLowerCase(ewsName.charAt(0)) + ewsName.substring(1);
        }
    }
}

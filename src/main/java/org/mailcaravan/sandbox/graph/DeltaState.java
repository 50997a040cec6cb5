package org.mailcaravan.sandbox.graph;

import java.util.UUID;

/**
 * All that a delta link remembers.
 *
 * @param folder EWS id of the folder
 * @param query options of the first request, frozen
 * @param epoch how often the mailbox's links had been invalidated when this one was issued
 * @param place how far reading has come
 */
record DeltaState(UUID mailbox, String folder, Query query, long epoch, Place place) {

    /** The link parameter: {@code $deltatoken} ends a round, {@code $skiptoken} continues one. */
    String parameter() {
        return place.roundEnded() ? "$deltatoken" : "$skiptoken";
    }

    DeltaState at(Place next) {
        return new DeltaState(mailbox, folder, query, epoch, next);
    }

    /**
     * @param select comma-separated, empty for none
     * @param filter empty for none
     * @param changeType {@code created}, {@code updated}, {@code deleted} or empty for all
     * @param top caps each round, 0 for none: the trap of {@code $top} on delta
     */
    record Query(String select, String filter, String changeType, int top) {
        boolean wants(String kind) {
            return changeType.isEmpty() || changeType.equals(kind);
        }
    }

    /**
     * @param enumerating whether the round still lists what was in the folder at its start
     * @param sequence where the change log is read on
     * @param last the last message listed
     * @param page pages answered in this round
     * @param served rows answered in this round
     * @param roundEnded whether this is the end of a round
     */
    record Place(boolean enumerating, long sequence, Listed last, int page, int served, boolean roundEnded) {

        static Place start(long sequence) {
            return new Place(true, sequence, Listed.NONE, 0, 0, false);
        }

        Place nextPage(int rows) {
            return new Place(enumerating, sequence, last, page + 1, served + rows, false);
        }

        Place listedUpTo(Listed message) {
            return new Place(enumerating, sequence, message, page, served, false);
        }

        Place readUpTo(long newSequence) {
            return new Place(false, newSequence, last, page, served, false);
        }

        Place end() {
            return new Place(false, sequence, Listed.NONE, page, served, true);
        }

        /** The first place of the round that this ended round's link opens. */
        Place opened() {
            return roundEnded ? new Place(false, sequence, Listed.NONE, 0, 0, false) : this;
        }
    }

    /** A position in the newest-first listing. */
    record Listed(long receivedMs, long number) {
        static final Listed NONE = new Listed(Long.MAX_VALUE, Long.MAX_VALUE);
    }
}

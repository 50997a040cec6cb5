package org.mailcaravan.sandbox.graph;

/**
 * How many subscriptions there may be and for how long.
 *
 * @param perMailbox active ones per mailbox over all apps
 * @param longestMinutes how far ahead one may expire
 */
record SubscriptionRules(int perMailbox, int longestMinutes) {
    static final SubscriptionRules MICROSOFTS = new SubscriptionRules(1000, 10_080);

    SubscriptionRules {
        if (perMailbox < 0 || longestMinutes < 45) {
            throw new IllegalArgumentException("perMailbox is 0 or more, longestMinutes 45 or more");
        }
    }
}

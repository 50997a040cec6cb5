package org.mailcaravan.sandbox.mail;

import java.util.List;

/**
 * What people note on a message without changing what it says.
 *
 * @param draft not sent yet
 * @param categories names, in the order they were given
 * @param focused whether it belongs to the focused inbox
 */
public record Marks(boolean read, boolean draft, List<String> categories, FollowUp followUp, boolean focused) {
    /** Of mail that has just arrived. */
    public static final Marks ARRIVED = new Marks(false, false, List.of(), FollowUp.NONE, true);
    /** Of a draft, which its writer has read. */
    public static final Marks DRAFT = new Marks(true, true, List.of(), FollowUp.NONE, true);
    /** Of mail in Sent Items. */
    public static final Marks SENT = new Marks(true, false, List.of(), FollowUp.NONE, true);

    public Marks {
        categories = List.copyOf(categories);
    }

    public Marks withRead(boolean now) {
        return new Marks(now, draft, categories, followUp, focused);
    }

    public Marks withCategories(List<String> now) {
        return new Marks(read, draft, now, followUp, focused);
    }

    public Marks withFollowUp(FollowUp now) {
        return new Marks(read, draft, categories, now, focused);
    }

    public Marks withFocused(boolean now) {
        return new Marks(read, draft, categories, followUp, now);
    }

    /** Read and no draft any more. */
    public Marks sent() {
        return new Marks(true, false, categories, followUp, focused);
    }
}

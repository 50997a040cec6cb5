package org.mailcaravan.sandbox.mail;

/** Gives a message's content on request, equal content each time, so that 100,000 messages need not be held in memory. */
@FunctionalInterface
public interface ContentSource {
    /** Builds (or returns) the content. */
    MailContent content();
}

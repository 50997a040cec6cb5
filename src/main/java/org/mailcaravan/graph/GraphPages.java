package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.function.Function;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;

/** Fetches pages of messages, and learns from pages that are too heavy. */
final class GraphPages {
    private final GraphClient client;
    private final GraphSettings settings;

    GraphPages(GraphClient client, GraphSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    GraphLinks links(Mailbox mailbox) {
        return new GraphLinks(settings.root(), mailbox);
    }

    int smallFolder() {
        return settings.smallFolder();
    }

    /** What listings show of a message. */
    String select() {
        return settings.select();
    }

    /** How many messages with their metadata a page should hold at present. */
    int size(MailboxMemory memory) {
        return memory.pageSize(settings.pageSize());
    }

    /**
     * @param prefer further preferences, or empty
     * @throws MailSourceException if there is no whole, good page
     */
    <T> T fetch(Mailbox mailbox, MailboxMemory memory, URI target, String prefer, Function<ObjectNode, T> reader) {
        GraphClient.Call call =
                GraphClient.Call.json(target, settings.answerTimeout()).preferring(prefer);
        try {
            return client.call(mailbox, memory.gate(), call, answer -> reader.apply(GraphMailSource.object(answer)));
        } catch (GraphRefusal refusal) {
            throw refused(memory, refusal);
        } catch (IOException e) {
            if (e instanceof HttpTimeoutException) {
                memory.pageTooHeavy();
            }
            throw GraphClient.unavailable(e);
        }
    }

    private static MailSourceException refused(MailboxMemory memory, GraphRefusal refusal) {
        if (refusal.itemIsUnknown()) {
            memory.forgetFolders();
        }
        if (refusal.status() == 504) {
            memory.pageTooHeavy();
        }
        return refusal.forPage();
    }
}

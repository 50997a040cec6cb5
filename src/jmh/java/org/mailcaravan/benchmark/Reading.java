package org.mailcaravan.benchmark;

import java.net.URI;
import java.nio.file.Path;
import org.mailcaravan.mailbox.Protocol;

/** One way to read the inbox of a mailbox to files. */
interface Reading extends AutoCloseable {
    /** Reads all of it; when this returns every message is on disk. */
    void read(Account account) throws Exception;

    /**
     * A mailbox of the sandbox.
     *
     * @param token lets {@code /me} be read
     * @param messages how many there are in its inbox
     */
    record Account(String objectId, String address, String token, int messages) {
        /** Never prints the token. */
        @Override
        public String toString() {
            return "Account[" + objectId + "]";
        }
    }

    /**
     * What is read, and where to.
     *
     * @param root Graph's version root, or the address of EWS
     * @param json whether messages are read as JSON with their attachments, by Graph only; as MIME if not
     * @param directory an empty directory
     */
    record Job(Protocol protocol, URI root, boolean json, Path directory) {
        private boolean byGraph() {
            return protocol == Protocol.GRAPH;
        }
    }

    /** Whose way it is. */
    enum Variant {
        COMPONENT {
            @Override
            Reading start(Job job) throws Exception {
                return new ComponentReading(job);
            }
        },
        SDK {
            @Override
            Reading start(Job job) {
                return job.byGraph() ? new GraphSdkReading(job) : new EwsApiReading(job);
            }
        },
        FLOOR {
            @Override
            Reading start(Job job) {
                return job.byGraph() ? new GraphFloorReading(job) : new EwsFloorReading(job);
            }
        };

        abstract Reading start(Job job) throws Exception;
    }
}

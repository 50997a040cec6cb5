package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import javax.xml.stream.XMLStreamException;

/** One EWS operation: first everything that can fail, then the answer, streamed. */
@FunctionalInterface
interface Operation {
    /** @throws EwsFault if the request as a whole is refused */
    Answer prepare(EwsCall call) throws EwsFault;

    /** Writes the child of the SOAP body. */
    @FunctionalInterface
    interface Answer {
        void write(SoapWriter out) throws XMLStreamException, IOException;
    }
}

package org.mailcaravan.ews;

import java.io.IOException;
import java.io.OutputStream;
import org.mailcaravan.mailbox.StagingException;

/** Passes the content of one attachment on while it is read: a file's bytes, or an item's MIME. */
final class AttachmentContent {
    private final OutputStream out;
    private boolean found;

    AttachmentContent(OutputStream out) {
        this.out = out;
    }

    /**
     * Reads the attachment that is the current element.
     *
     * @return whether it has content
     * @throws UnusableContentException if it is incomplete or no base64
     */
    boolean read(XmlPull xml) throws IOException {
        String kind = xml.name();
        int depth = xml.depth();
        while (xml.nextDescendant(depth)) {
            if (xml.name().equals("t:Content")) {
                file(xml);
            } else if (xml.name().equals("t:MimeContent")) {
                item(xml);
            }
        }
        if (!found && !kind.equals("t:ReferenceAttachment")) {
            throw new UnusableContentException("Exchange sent no content of the attachment");
        }
        return found;
    }

    private void file(XmlPull xml) throws IOException {
        begin();
        decode(xml, new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException e) {
                    throw new StagingException("the content of an attachment could not be written", e);
                }
            }
        });
    }

    private void item(XmlPull xml) throws IOException {
        begin();
        MimeSink sink = new MimeSink(out);
        decode(xml, sink);
        sink.requireWhole();
    }

    private void begin() throws UnusableContentException {
        if (found) {
            throw new UnusableContentException("Exchange sent the content of an attachment twice");
        }
        found = true;
    }

    private static void decode(XmlPull xml, OutputStream target) throws IOException {
        Base64Decoder decoder = new Base64Decoder(target);
        xml.stream(decoder::decode);
        decoder.finish();
    }
}

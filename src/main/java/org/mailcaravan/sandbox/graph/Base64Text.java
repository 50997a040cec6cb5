package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.mailcaravan.sandbox.mail.Payload;

/** A file's bytes as {@code Edm.Binary} in JSON, made while they are written and never held as a whole. */
record Base64Text(Payload file) implements JsonSerializable {
    @Override
    public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
        out.writeRawValue("\"");
        try (OutputStream bytes = Base64.getEncoder().wrap(new Raw(out))) {
            file.writeTo(bytes);
        }
        out.writeRaw('"');
    }

    @Override
    public void serializeWithType(JsonGenerator out, SerializerProvider provider, TypeSerializer type)
            throws IOException {
        serialize(out, provider);
    }

    /** ASCII that needs no escapes. */
    private static final class Raw extends OutputStream {
        private final JsonGenerator out;

        private Raw(JsonGenerator out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.writeRaw((char) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.writeRaw(new String(bytes, offset, length, StandardCharsets.US_ASCII));
        }
    }
}

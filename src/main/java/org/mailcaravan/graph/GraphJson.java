package org.mailcaravan.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.mailbox.MalformedAnswerException;

/** The one way this room reads JSON: UTF-8 only (RFC 8259 section 8.1), no duplicate keys, nothing behind the value, every size limited. */
final class GraphJson {
    static final int MAX_DEPTH = 64;
    static final long MAX_CHARACTERS = 32L * 1024 * 1024;

    /** Bodies are delivered from the MIME and never kept beside the ledger. */
    private static final Set<String> BODIES = Set.of("body", "uniqueBody", "bodyPreview", "internetMessageHeaders");

    private static final ObjectMapper MAPPER = mapper(MAX_CHARACTERS, 4 * 1024 * 1024);
    /** What a route sends may have attachments inside. */
    private static final ObjectMapper OURS = mapper(2 * MAX_CHARACTERS, (int) (2 * MAX_CHARACTERS));

    private static ObjectMapper mapper(long maxCharacters, int maxString) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxDocumentLength(maxCharacters)
                                .maxStringLength(maxString)
                                .maxNumberLength(100)
                                .maxNameLength(1000)
                                .maxTokenCount(2_000_000)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    private GraphJson() {}

    /**
     * Reads an object. What the exceptions say never quotes the input: it is mail.
     *
     * @throws MalformedAnswerException if it is no JSON object, breaks a limit or is cut
     * @throws HttpTimeoutException if the deadline passed while it was read
     */
    static ObjectNode readObject(InputStream in) throws HttpTimeoutException {
        return readObject(in, MAX_CHARACTERS)
                .orElseThrow(() -> new MalformedAnswerException("Graph: the answer is larger than any page may be"));
    }

    /**
     * As the other, but says so if the answer has more characters than asked for, or a text in it has more than 4 million.
     *
     * @return empty if it is too large
     */
    static Optional<ObjectNode> readObject(InputStream in, long mostCharacters) throws HttpTimeoutException {
        try {
            InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
            JsonNode node = MAPPER.readTree(new LimitedReader(text, mostCharacters));
            if (node instanceof ObjectNode object) {
                return Optional.of(object);
            }
            throw new MalformedAnswerException("Graph: the answer is JSON but no object");
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (LimitedReader.TooLongException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new MalformedAnswerException(
                    "Graph: the answer is no acceptable JSON (" + e.getClass().getSimpleName() + where(e) + ")");
        } catch (IOException e) {
            throw new MalformedAnswerException(
                    "Graph: the answer was cut or is no UTF-8 (" + e.getClass().getSimpleName() + ")");
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A map, list or other value that a route made. */
    static JsonNode valueOf(Object value) {
        return OURS.valueToTree(value);
    }

    /**
     * Reads what a route wants to be sent; the exception never quotes it.
     *
     * @throws IllegalArgumentException if it is no JSON or breaks a limit
     */
    static JsonNode readOurs(InputStream in) {
        try {
            return OURS.readTree(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            String place = e instanceof JsonProcessingException json ? where(json) : "";
            throw new IllegalArgumentException("the body is no acceptable JSON ("
                    + e.getClass().getSimpleName() + place + "); it may have " + 2 * MAX_CHARACTERS
                    + " characters, larger attachments are added by addAttachment");
        }
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at character " + e.getLocation().getCharOffset();
    }

    /** Reads back what was kept; empty if it was damaged meanwhile. */
    static Optional<ObjectNode> readKept(String json) {
        try {
            return MAPPER.readTree(json) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Writes UTF-8; closing it leaves the target open. */
    static JsonGenerator generator(OutputStream target) throws IOException {
        return MAPPER.createGenerator(target).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** The message as it is kept: all its fields, known to us or not, without body and without annotations of this one answer. */
    static String metadata(ObjectNode message) {
        ObjectNode kept = message.deepCopy();
        message.fieldNames().forEachRemaining(name -> {
            if (BODIES.contains(name) || name.contains("@odata.") && !name.equals("@odata.type")) {
                kept.remove(name);
            }
        });
        return kept.toString();
    }
}

package org.mailcaravan.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.PojoCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.camel.ExchangeProperty;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.StoredContent;
import org.mailcaravan.mailbox.Mailbox;

/**
 * Message Translator: what was read becomes a CloudEvent (1.0, structured JSON). Its data is the message in Graph's {@code message} vocabulary plus {@code mailbox}
 * (id, address, protocol) and {@code mime}, {@code json} or both, as it was read (claim checks: media type, size, SHA-256). Thread-safe.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0.2</a>
 */
public final class MailEvents {
    /** The type of every event. */
    public static final String TYPE = "org.mailcaravan.mail.received";

    private final ObjectMapper json = new ObjectMapper();
    private final JsonFormat format = new JsonFormat();

    /**
     * @return the event, UTF-8
     * @throws IllegalArgumentException if the metadata is no JSON object
     */
    public byte[] toEvent(@ExchangeProperty(MailHeaders.ARRIVED_MESSAGE) ArrivedMessage message) {
        ObjectNode data = data(message);
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(message.key().toString())
                .withSource(source(message.mailbox()))
                .withType(TYPE)
                .withDataContentType("application/json")
                .withData(PojoCloudEventData.wrap(data, json::writeValueAsBytes));
        received(data).ifPresent(event::withTime);
        return format.serialize(event.build());
    }

    static URI source(Mailbox mailbox) {
        return URI.create("urn:mailcaravan:mailbox:" + mailbox.id());
    }

    private ObjectNode data(ArrivedMessage message) {
        ObjectNode data = object(message.metadata());
        Mailbox mailbox = message.mailbox();
        data.putObject("mailbox")
                .put("id", mailbox.id().toString())
                .put("address", mailbox.address().value())
                .put("protocol", mailbox.protocol().word());
        message.mime().ifPresent(mime -> claimCheck(data, "mime", "message/rfc822", mime));
        message.json().ifPresent(whole -> claimCheck(data, "json", "application/json", whole));
        return data;
    }

    private static void claimCheck(ObjectNode data, String name, String mediaType, StoredContent content) {
        data.putObject(name)
                .put("mediaType", mediaType)
                .put("size", content.size())
                .put("sha256", content.sha256());
    }

    private ObjectNode object(String metadata) {
        try {
            if (json.readTree(metadata) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("the metadata of a message must be a JSON object");
        } catch (JsonProcessingException e) {
            e.clearLocation(); // it would quote the mail
            throw new IllegalArgumentException("the metadata of a message is no JSON at all");
        }
    }

    private static Optional<OffsetDateTime> received(ObjectNode data) {
        JsonNode received = data.path("receivedDateTime");
        try {
            return received.isTextual()
                    ? Optional.of(Instant.parse(received.asText()).atOffset(ZoneOffset.UTC))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

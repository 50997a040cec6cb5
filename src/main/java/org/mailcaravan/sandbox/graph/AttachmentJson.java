package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Payload;

/** An attachment resource as a client writes it. */
final class AttachmentJson {
    /** What may come inline, in bytes; larger ones need an upload session. */
    private static final int LARGEST_INLINE = 3 * 1024 * 1024;

    private static final MailAddress NOBODY = new MailAddress("", "nobody@sandbox.example");

    private AttachmentJson() {}

    /** @throws GraphError 400 if it is none, 413 if it is larger than 3 MB */
    static FilePart read(JsonNode json) {
        String type = json.path("@odata.type").asText("").replaceFirst("^#?microsoft\\.graph\\.", "");
        return switch (type) {
            case "fileAttachment" -> file(json);
            case "itemAttachment" -> item(json.path("item"));
            case "referenceAttachment" -> FilePart.reference(name(json));
            default ->
                throw GraphError.badRequest(
                        "An attachment needs @odata.type: fileAttachment, itemAttachment or referenceAttachment.");
        };
    }

    private static FilePart file(JsonNode json) {
        byte[] bytes = bytes(json);
        if (bytes.length > LARGEST_INLINE) {
            throw GraphError.of(
                    413,
                    "ErrorMessageSizeExceeded",
                    "The attachment is larger than 3 MB. Send it through createUploadSession.");
        }
        return FilePart.file(
                name(json),
                MessageJson.text(json, "contentType").orElse("application/octet-stream"),
                Payload.of(bytes),
                json.path("isInline").asBoolean(false),
                MessageJson.text(json, "contentId"));
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return Base64.getDecoder().decode(json.path("contentBytes").asText(""));
        } catch (IllegalArgumentException notBase64) {
            throw GraphError.badRequest("contentBytes is not base64.");
        }
    }

    private static FilePart item(JsonNode item) {
        MailDraft message = new MessageJson(item).applied(MailDraft.from(NOBODY, Instant.EPOCH, Optional.empty()));
        ByteArrayOutputStream mime = new ByteArrayOutputStream();
        try {
            message.content().writeMime(mime);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return FilePart.message(message.envelope().subject(), mime.toByteArray());
    }

    private static String name(JsonNode json) {
        return MessageJson.text(json, "name")
                .filter(name -> !name.isBlank())
                .orElseThrow(() -> GraphError.badRequest("An attachment needs a name."));
    }
}

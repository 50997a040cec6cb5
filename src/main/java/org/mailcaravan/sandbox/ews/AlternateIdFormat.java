package org.mailcaravan.sandbox.ews;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The forms of an id that ConvertId knows ({@code IdFormatType}): six ways to write the same bytes. Exchange's own bytes differ from form to form; what a client
 * may rely on, that each leads to the item and back, is the same.
 */
enum AlternateIdFormat {
    EWS_LEGACY_ID("EwsLegacyId") {
        @Override
        String write(String ewsId) {
            return Base64.getEncoder().encodeToString(framed((byte) 7, bytes(ewsId)));
        }

        @Override
        String read(String id) {
            return unframed((byte) 7, id);
        }
    },
    EWS_ID("EwsId") {
        @Override
        String write(String ewsId) {
            return ewsId;
        }

        @Override
        String read(String id) {
            return id;
        }
    },
    ENTRY_ID("EntryId") {
        @Override
        String write(String ewsId) {
            return ewsId;
        }

        @Override
        String read(String id) {
            return id;
        }
    },
    HEX_ENTRY_ID("HexEntryId") {
        @Override
        String write(String ewsId) {
            return HexFormat.of().withUpperCase().formatHex(bytes(ewsId));
        }

        @Override
        String read(String id) {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(id));
        }
    },
    STORE_ID("StoreId") {
        @Override
        String write(String ewsId) {
            return Base64.getEncoder().encodeToString(framed((byte) 9, bytes(ewsId)));
        }

        @Override
        String read(String id) {
            return unframed((byte) 9, id);
        }
    },
    OWA_ID("OwaId") {
        @Override
        String write(String ewsId) {
            return URLEncoder.encode(ewsId, StandardCharsets.US_ASCII);
        }

        @Override
        String read(String id) {
            return URLDecoder.decode(id, StandardCharsets.US_ASCII);
        }
    };

    static final String PATTERN =
            Arrays.stream(values()).map(format -> format.wireName).collect(Collectors.joining("|"));

    private final String wireName;

    AlternateIdFormat(String wireName) {
        this.wireName = wireName;
    }

    /** A name that the schema check has proved. */
    static AlternateIdFormat of(String wireName) {
        return Arrays.stream(values())
                .filter(format -> format.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No id format " + wireName));
    }

    String wireName() {
        return wireName;
    }

    abstract String write(String ewsId);

    /** @throws IllegalArgumentException if it cannot be of this form */
    abstract String read(String id);

    /** The EWS id that a text of this form stands for; empty if it is none. */
    Optional<String> ewsId(String id) {
        try {
            return Optional.of(read(id))
                    .filter(ewsId -> ItemIds.problemOf(ewsId).isEmpty());
        } catch (IllegalArgumentException otherForm) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String ewsId) {
        return Base64.getDecoder().decode(ewsId);
    }

    private static byte[] framed(byte kind, byte[] bytes) {
        byte[] framed = new byte[bytes.length + 1];
        framed[0] = kind;
        System.arraycopy(bytes, 0, framed, 1, bytes.length);
        return framed;
    }

    private static String unframed(byte kind, String id) {
        byte[] framed = Base64.getDecoder().decode(id);
        if (framed.length == 0 || framed[0] != kind) {
            throw new IllegalArgumentException("Another kind of id");
        }
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(framed, 1, framed.length));
    }
}

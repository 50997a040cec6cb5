package org.mailcaravan.sandbox.mail;

/** Content-Transfer-Encoding (RFC 2045 section 6). */
enum TransferEncoding {
    SEVEN_BIT("7bit"),
    EIGHT_BIT("8bit"),
    QUOTED_PRINTABLE("quoted-printable"),
    BASE64("base64");

    private final String token;

    TransferEncoding(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }
}

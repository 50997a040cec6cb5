package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Row S39: hostile XML ends at once, in bounded memory, and makes no connection. */
final class XmlPullTest {
    @Test
    void everyKindOfDtdIsRefusedWithinASecondAndNothingIsFetched() throws IOException {
        try (ServerSocket bait = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + bait.getLocalPort() + "/x";
            List<String> bombs = List.of(
                    "<!DOCTYPE a SYSTEM \"" + url + "\"><a/>",
                    "<!DOCTYPE a PUBLIC \"-//x//y\" \"" + url + "\"><a/>",
                    "<!DOCTYPE a [<!ENTITY x SYSTEM \"" + url + "\">]><a>&x;</a>",
                    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
                    "<!DOCTYPE a [<!ENTITY % x SYSTEM \"" + url + "\">%x;]><a/>",
                    "<?xml version=\"1.0\"?><!-- c --><!DOCTYPE a><a/>",
                    billionLaughs(),
                    quadraticBlowUp());
            for (String bomb : bombs) {
                assertTimeout(
                        Duration.ofSeconds(1),
                        () -> assertThatThrownBy(() -> readAll(bomb))
                                .isInstanceOf(BrokenXmlException.class)
                                .hasMessageContaining("DTD")
                                .hasMessageNotContaining("127.0.0.1"));
            }
            assertNoVisitor(bait);
        }
    }

    @Test
    void undeclaredEntitiesAndSchemaLocationsLoadNothing() throws IOException {
        try (ServerSocket bait = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + bait.getLocalPort() + "/x";
            assertThatThrownBy(() -> readAll("<a>&x;</a>")).isInstanceOf(BrokenXmlException.class);
            readAll("<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x " + url
                    + "\"><xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"" + url + "\"/></a>");
            assertNoVisitor(bait);
        }
    }

    @Test
    void depthAndAttributesAreLimited() {
        assertTimeout(Duration.ofSeconds(1), () -> {
            assertThatThrownBy(() -> readAll("<a>".repeat(100_000))).isInstanceOf(BrokenXmlException.class);
            assertThatThrownBy(() -> readAll("<a b='" + "x".repeat(100_000) + "'/>"))
                    .isInstanceOf(BrokenXmlException.class);
            StringBuilder many = new StringBuilder("<a");
            for (int i = 0; i < 10_000; i++) {
                many.append(" a").append(i).append("='1'");
            }
            assertThatThrownBy(() -> readAll(many.append("/>").toString())).isInstanceOf(BrokenXmlException.class);
        });
    }

    @Test
    void keptTextIsLimited() throws IOException {
        XmlPull xml = open("<a><b>" + "x".repeat(2000) + "</b></a>");
        xml.root();
        xml.nextChild(1);
        xml.keepAtMost(1000);
        assertThatThrownBy(xml::text).isInstanceOf(BrokenXmlException.class);
    }

    @Test
    void elementsAreCalledTheSameUnderAnyPrefix() throws IOException {
        for (String prefix : List.of("m:", "soapy:", "")) {
            String declaration = prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix.replace(":", "");
            XmlPull xml = open("<" + prefix + "a " + declaration + "=\"" + Namespaces.MESSAGES + "\"/>");
            xml.root();
            assertThat(xml.name()).isEqualTo("m:a");
        }
        XmlPull foreign = open("<m:a xmlns:m=\"https://schemas.microsoft.com/exchange/services/2006/messages\"/>");
        foreign.root();
        assertThat(foreign.name()).isEqualTo("?:a");
    }

    @Test
    void unreadChildrenAreSkipped() throws IOException {
        XmlPull xml = open("<a><b><c><d/></c>text</b><e>x<!-- - -->y<![CDATA[<z>]]>&amp;</e></a>");
        xml.root();
        assertThat(xml.nextChild(1)).isTrue();
        assertThat(xml.localName()).isEqualTo("b");
        assertThat(xml.nextChild(1)).isTrue();
        assertThat(xml.text()).isEqualTo("xy<z>&");
        assertThat(xml.nextChild(1)).isFalse();
    }

    @Test
    void aCutInsideAnUtf8CharacterIsABrokenAnswer() {
        byte[] whole = "<a>\u00e4".getBytes(StandardCharsets.UTF_8);
        InputStream cut = new ByteArrayInputStream(whole, 0, whole.length - 1);
        assertThatThrownBy(() -> readAll(cut)).isInstanceOf(BrokenXmlException.class);
    }

    @Test
    void aBrokenConnectionIsToldFromABrokenAnswer() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("connection reset");
            }
        };
        InputStream begun = new ByteArrayInputStream("<a>text".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> readAll(new SequenceInputStream(begun, failing)))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> readAll("<a>text")).isInstanceOf(BrokenXmlException.class);
        assertThatThrownBy(() -> readAll("")).isInstanceOf(BrokenXmlException.class);
    }

    @Test
    void messagesQuoteNothingOfTheAnswer() {
        assertThatThrownBy(() -> readAll("<a><canary-secret></a>"))
                .isInstanceOf(BrokenXmlException.class)
                .hasMessageNotContaining("canary")
                .hasNoCause();
    }

    private static XmlPull open(String text) throws IOException {
        return XmlPull.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void readAll(String text) throws IOException {
        readAll(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void readAll(InputStream in) throws IOException {
        XmlPull xml = XmlPull.open(in);
        xml.root();
        xml.text();
        xml.finish();
    }

    private static void assertNoVisitor(ServerSocket bait) throws IOException {
        bait.setSoTimeout(50);
        assertThatThrownBy(bait::accept).isInstanceOf(SocketTimeoutException.class);
    }

    private static String billionLaughs() {
        StringBuilder dtd = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"lol\">");
        for (int i = 1; i < 10; i++) {
            dtd.append("<!ENTITY l").append(i).append(" \"");
            dtd.append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        }
        return dtd.append("]><a>&l9;</a>").toString();
    }

    private static String quadraticBlowUp() {
        return "<!DOCTYPE a [<!ENTITY q \"" + "q".repeat(100_000) + "\">]><a>" + "&q;".repeat(100_000) + "</a>";
    }
}

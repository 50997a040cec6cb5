package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.testing.InProcessHttp;
import org.mailcaravan.testing.SettableClock;

/** Row S39: whatever XML EWS answers, it is refused within a second, keeps little of the heap, and makes nobody call anybody. */
final class EwsBombsTest {
    /** Four times the second of S39: other tests may have the processors. */
    private static final Duration IN_TIME = Duration.ofSeconds(4);

    private final AtomicInteger connects = new AtomicInteger();
    private ServerSocket trap;

    @BeforeEach
    void listen() throws IOException {
        trap = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!trap.isClosed()) {
                try {
                    trap.accept().close();
                    connects.incrementAndGet();
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        trap.close();
    }

    /**
     * @param xml {@code TRAP} stands for an address that counts who connects
     */
    record Bomb(String name, String xml) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bomb> bombs() {
        List<Bomb> bombs = new ArrayList<>();
        String body = EwsAnswers.changes("S", true);
        String bare = body.substring(body.indexOf("<s:Envelope"));
        bombs.add(new Bomb("billion laughs", laughs() + bare.replace(">S<", ">&l9;<")));
        bombs.add(new Bomb(
                "quadratic blow-up",
                "<!DOCTYPE x [<!ENTITY a \"" + "a".repeat(100_000) + "\">]>"
                        + bare.replace(">S<", ">" + "&a;".repeat(10_000) + "<")));
        bombs.add(new Bomb("external DTD", "<!DOCTYPE x SYSTEM \"TRAP/x.dtd\">" + bare));
        bombs.add(new Bomb("public DTD", "<!DOCTYPE x PUBLIC \"-//X//Y\" \"TRAP/x.dtd\">" + bare));
        bombs.add(new Bomb(
                "external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"TRAP/secret\">]>" + bare.replace(">S<", ">&e;<")));
        bombs.add(new Bomb(
                "entity of a file",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + bare.replace(">S<", ">&e;<")));
        bombs.add(new Bomb("parameter entity", "<!DOCTYPE x [<!ENTITY % p SYSTEM \"TRAP/p.dtd\"> %p;]>" + bare));
        bombs.add(new Bomb("undeclared entity", bare.replace(">S<", ">&nobody;<")));
        bombs.add(new Bomb("depth", bare.replace(">S<", ">" + "<a>".repeat(1_000_000) + "<")));
        bombs.add(new Bomb("attributes", bare.replace("<m:Changes>", "<m:Changes " + attributes(200_000) + ">")));
        bombs.add(new Bomb(
                "one attribute", bare.replace("<m:Changes>", "<m:Changes a=\"" + "a".repeat(20_000_000) + "\">")));
        bombs.add(new Bomb("namespaces", bare.replace("<m:Changes>", "<m:Changes " + namespaces(100_000) + ">")));
        bombs.add(new Bomb("long name", bare.replace("<m:Changes>", "<" + "m".repeat(20_000_000) + ">")));
        bombs.add(new Bomb("endless comment", bare.replace(">S<", "><!--" + "x".repeat(20_000_000))));
        bombs.add(new Bomb("endless instruction", bare.replace(">S<", "><?x " + "x".repeat(20_000_000))));
        return bombs;
    }

    /** Two that are harmless here: nothing they point to is looked at. */
    static List<Bomb> harmless() {
        String body = EwsAnswers.changes("S", true);
        return List.of(
                new Bomb(
                        "XInclude",
                        body.replace(
                                "<m:Changes>",
                                "<m:Changes><x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" href=\"TRAP/x\"/>")),
                new Bomb(
                        "schema location",
                        body.replace(
                                "<m:Changes>",
                                "<m:Changes xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
                                        + " i:schemaLocation=\"http://x TRAP/x.xsd\">")),
                new Bomb(
                        "style sheet",
                        body.replace("?>", "?><?xml-stylesheet href=\"TRAP/x.xsl\" type=\"text/xsl\"?>")));
    }

    private static String laughs() {
        StringBuilder dtd = new StringBuilder("<!DOCTYPE x [<!ENTITY l0 \"ha\">");
        for (int i = 1; i <= 9; i++) {
            dtd.append("<!ENTITY l")
                    .append(i)
                    .append(" \"")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        return dtd.append("]>").toString();
    }

    private static String attributes(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append('a').append(i).append("='' ");
        }
        return all.toString();
    }

    private static String namespaces(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append("xmlns:n").append(i).append("='u").append(i).append("' ");
        }
        return all.toString();
    }

    private void read(Bomb bomb) {
        String address = "http://127.0.0.1:" + trap.getLocalPort();
        byte[] bytes = bomb.xml().replace("TRAP", address).getBytes(StandardCharsets.UTF_8);
        InProcessHttp http = new InProcessHttp(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
        EwsMailSource source = new EwsMailSource(
                URI.create("http://127.0.0.1:9/EWS/Exchange.asmx"),
                new EwsFixture.Tokens(),
                new HttpGateway(http),
                Duration.ofSeconds(60),
                new SettableClock(EwsFixture.NOW));
        source.fetchPage(EwsFixture.mailbox("inbox"), EwsFixture.INBOX, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void bombsAreRefusedInTimeWithoutACall(Bomb bomb) {
        long start = System.nanoTime();

        assertThatCode(() -> read(bomb)).isInstanceOf(MailSourceException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
        assertThat(connects).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void whatPointsElsewhereIsNotFollowed(Bomb bomb) {
        assertThatCode(() -> read(bomb)).doesNotThrowAnyException();

        assertThat(connects).hasValue(0);
    }
}

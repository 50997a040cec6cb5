package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S56: by which names the console may be called, and from which pages. */
class VisitorTest {
    private static final URI BASE = URI.create("https://ops.example.org:8443");

    @ParameterizedTest
    @ValueSource(
            strings = {"ops.example.org:8443", "OPS.example.org:8443", "localhost", "127.0.0.1:9999", "[::1]:8090"})
    void itAnswersToItsAddressAndToNamesOfThisMachine(String host) {
        assertThat(visitor(host, null, null).calledByItsName(BASE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops.example.org",
                "ops.example.org:443",
                "rebound.example",
                "localhost.rebound.example",
                "127.0.0.1.rebound.example",
                "10.0.0.7:8090",
                ""
            })
    void itAnswersToNoOtherName(String host) {
        assertThat(visitor(host, null, null).calledByItsName(BASE)).isFalse();
    }

    @Test
    void itAnswersToNoDoubledName() {
        Visitor twice = new Visitor(List.of("localhost", "localhost"), Optional.empty(), Optional.empty());

        assertThat(twice.calledByItsName(BASE)).isFalse();
        assertThat(new Visitor(List.of(), Optional.empty(), Optional.empty()).calledByItsName(BASE))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ops.example.org:8443, https://ops.example.org:8443, same-origin",
                "ops.example.org:8443, https://ops.example.org:8443, -",
                "ops.example.org:8443, -, same-origin",
                "ops.example.org:8443, -, -",
                "localhost:8090, http://localhost:8090, same-origin"
            })
    void itsOwnPagesAndProgramsThatAreNoBrowserAreHeard(String host, String origin, String site) {
        assertThat(visitor(host, origin, site).fromOurPages(BASE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ops.example.org:8443, https://evil.example, cross-site",
                "ops.example.org:8443, https://evil.example, -",
                "ops.example.org:8443, http://ops.example.org:8443, -",
                "ops.example.org:8443, https://ops.example.org, -",
                "ops.example.org:8443, null, -",
                "ops.example.org:8443, -, cross-site",
                "ops.example.org:8443, -, same-site",
                "ops.example.org:8443, -, none",
                "localhost:8090, http://localhost:8080, same-site",
                "localhost:8090, http://127.0.0.1:8090, -",
                "localhost:8090, https://ops.example.org:8443, -"
            })
    void pagesOfAnotherOriginAreNot(String host, String origin, String site) {
        assertThat(visitor(host, origin, site).fromOurPages(BASE)).isFalse();
    }

    private static Visitor visitor(String host, String origin, String site) {
        return new Visitor(List.of(host), Optional.ofNullable(origin), Optional.ofNullable(site));
    }
}

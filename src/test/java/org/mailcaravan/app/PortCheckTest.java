package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortCheckTest {
    @Test
    void aTakenPortIsNamedTogetherWithItsSetting() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThat(PortCheck.check("server", "127.0.0.1", port)).hasValueSatisfying(problem -> {
                assertThat(problem.name()).isEqualTo("server.port");
                assertThat(problem.problem()).contains(port + " on 127.0.0.1 is taken");
                assertThat(problem.remedy()).contains("server.port");
            });
            assertThat(PortCheck.check("management", "0.0.0.0", port)).isPresent();
        }
    }

    @Test
    void aFreePortIsFreeAfterwards() throws IOException {
        int port;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = other.getLocalPort();
        }

        assertThat(PortCheck.check("server", "127.0.0.1", port)).isEmpty();
        assertThat(PortCheck.check("server", "localhost", port)).isEmpty();
    }

    @Test
    void anAddressOfAnotherMachineIsToldApart() {
        assertThat(PortCheck.check("server", "192.0.2.1", 8080)).hasValueSatisfying(problem -> {
            assertThat(problem.name()).isEqualTo("server.host");
            assertThat(problem.remedy()).contains("0.0.0.0");
        });
    }
}

package org.mailcaravan.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries the ports before anything is started, because a server that fails to bind says so late and without the setting's name. */
public final class PortCheck {
    private PortCheck() {}

    /** @throws SettingsException if one of the two ports cannot be listened on */
    public static void check(Settings settings) {
        List<SettingProblem> problems = new ArrayList<>();
        check("server", settings.serverHost(), settings.serverPort()).ifPresent(problems::add);
        check("management", settings.managementHost(), settings.managementPort())
                .ifPresent(problems::add);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /**
     * Tries one port.
     *
     * @param settings the first part of the names of the settings, for example {@code server} of {@code server.port}
     * @return what is in the way
     */
    static Optional<SettingProblem> check(String settings, String host, int port) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
                return foreign(settings, host);
            }
            return bind(settings, new InetSocketAddress(address, port));
        } catch (UnknownHostException e) {
            return foreign(settings, host);
        } catch (IOException e) {
            return Optional.of(new SettingProblem(
                    settings + ".host", "cannot be listened on (" + host + ")", "Write 127.0.0.1 or 0.0.0.0."));
        }
    }

    /**
     * For ports that no setting names.
     *
     * @param port on this machine only; 0 takes a free one
     * @param remedy what to do about it, as a whole sentence
     * @throws IllegalStateException if it cannot be listened on
     */
    static void need(int port, String remedy) {
        if (port < 0 || port > 65535) {
            throw new IllegalStateException("There is no port " + port + ". Write a number from 0 to 65535.");
        }
        check("", "127.0.0.1", port).ifPresent(problem -> {
            throw new IllegalStateException("Port " + problem.problem() + ". " + remedy);
        });
    }

    private static Optional<SettingProblem> bind(String settings, InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            boolean privileged = String.valueOf(e.getMessage()).contains("Permission");
            return Optional.of(new SettingProblem(
                    settings + ".port",
                    address.getPort() + " on " + address.getHostString()
                            + (privileged ? " is kept for privileged processes" : " is taken by another program"),
                    (privileged ? "Set " : "Stop that program, or set ") + settings + ".port to another number."));
        }
    }

    private static Optional<SettingProblem> foreign(String settings, String host) {
        return Optional.of(new SettingProblem(
                settings + ".host",
                SettingTypes.quote(host) + " is no address of this machine",
                "Write 127.0.0.1 for this machine only, or 0.0.0.0 for every address."));
    }
}

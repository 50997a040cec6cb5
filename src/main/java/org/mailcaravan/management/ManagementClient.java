package org.mailcaravan.management;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Asks the running process. Goes by no proxy and follows no redirect: the token stays on this machine. */
public final class ManagementClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final int LONGEST_TOKEN = 1000;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private final URI server;
    private final Path tokenFile;

    private ManagementClient(URI server, Path tokenFile) {
        this.server = server;
        this.tokenFile = tokenFile;
    }

    /**
     * A client of the process with these settings.
     *
     * @param host {@code management.host}; one that means every address is called by loopback
     * @param port {@code management.port}
     * @param tokenFile {@code management.token-file}
     * @throws ManagementException if the process does not listen on loopback
     */
    public static ManagementClient of(String host, int port, Path tokenFile) {
        String called = called(host)
                .orElseThrow(() -> new ManagementException(
                        "The process listens for management on " + host
                                + " only, and operations are answered on loopback only. Set management.host to 127.0.0.1, or"
                                + " to 0.0.0.0 for health checks from elsewhere.",
                        false));
        return new ManagementClient(URI.create("http://" + called + ":" + port), tokenFile);
    }

    private static Optional<String> called(String host) {
        if (host.equals("0.0.0.0")) {
            return Optional.of("127.0.0.1");
        }
        if (host.equals("::") || host.equals("::1")) {
            return Optional.of("[::1]");
        }
        return Optional.of(host).filter(name -> name.equalsIgnoreCase("localhost") || name.startsWith("127."));
    }

    /**
     * Has an operation done and waits for its end.
     *
     * @throws ManagementException if the process cannot be asked or refuses; the message names the remedy
     */
    public JsonNode call(String operation, JsonNode input) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(server.resolve(ManagementChannel.PATH + operation))
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .timeout(LONGEST)
                .POST(HttpRequest.BodyPublishers.ofString(ManagementJson.write(input)))
                .build());
        JsonNode body = ManagementJson.read(answer.body()).orElseGet(ManagementJson::object);
        if (answer.statusCode() == 200) {
            return body;
        }
        throw refused(answer.statusCode(), body.path("error").asText());
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw absent("Nothing answers at " + server + ": the process does not run (it was killed and left "
                    + tokenFile + "), or runs with another management.port. Start it with the command run.");
        } catch (IOException e) {
            throw failed("The process at " + server + " did not answer to the end ("
                    + e.getClass().getSimpleName() + "). See its log, and ask again.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("Interrupted while waiting for the process.");
        }
    }

    private ManagementException refused(int status, String words) {
        if (status == 401) {
            return failed("The process at " + server + " does not know the token in " + tokenFile
                    + ": it was started anew this moment (try again), or two processes write the same file (give each its own"
                    + " management.token-file).");
        }
        return words.isEmpty()
                ? failed("What answers at " + server + " with status " + status
                        + " is no Mailcaravan of this version. Check management.port.")
                : failed(words);
    }

    private String token() {
        try {
            refuseWhatOthersMayUse();
            if (Files.size(tokenFile) > LONGEST_TOKEN) {
                throw failed("The file " + tokenFile + " holds no token. Check management.token-file.");
            }
            String token = Files.readString(tokenFile).strip();
            if (!token.matches("[A-Za-z0-9_-]{20,}")) {
                throw failed("The file " + tokenFile + " holds no token. Check management.token-file.");
            }
            return token;
        } catch (NoSuchFileException e) {
            throw absent("The process does not run here: there is no token file " + tokenFile
                    + ". Start it with the command run; if it runs, call this in its working directory and with its settings"
                    + " (--settings).");
        } catch (AccessDeniedException e) {
            throw failed("You may not read " + tokenFile + ". Run this command as " + owner() + ".");
        } catch (IOException e) {
            throw failed("The token file " + tokenFile + " cannot be read ("
                    + e.getClass().getSimpleName() + "). Run this command as " + owner() + ".");
        }
    }

    private void refuseWhatOthersMayUse() throws IOException {
        boolean posix = tokenFile.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix && Files.getPosixFilePermissions(tokenFile).stream().anyMatch(OTHERS::contains)) {
            throw failed("The token file " + tokenFile
                    + " may be used by others. Restart the process: it writes a new one for its owner only.");
        }
    }

    /** Which user to be. */
    private String owner() {
        try {
            return "the user the process runs as, " + Files.getOwner(tokenFile).getName();
        } catch (IOException e) {
            return "the user the process runs as";
        }
    }

    private static ManagementException absent(String message) {
        return new ManagementException(message, true);
    }

    private static ManagementException failed(String message) {
        return new ManagementException(message, false);
    }
}

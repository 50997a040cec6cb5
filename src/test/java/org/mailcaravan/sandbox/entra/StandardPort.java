package org.mailcaravan.sandbox.entra;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A proxy whose tunnels ({@code CONNECT}, RFC 9110 §9.3.6) all end at one local port, so that a client that knows no port but 443, as msal4j on refresh, reaches
 * a server on another one. TLS passes through untouched.
 */
final class StandardPort implements AutoCloseable {
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket door;
    private final int target;

    private StandardPort(ServerSocket door, int target) {
        this.door = door;
        this.target = target;
    }

    static StandardPort leadingTo(int target) throws IOException {
        StandardPort opened = new StandardPort(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        run(opened::accept);
        return opened;
    }

    Proxy proxy() {
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), door.getLocalPort()));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // the other side sees its connection end
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            run(() -> tunnel(client));
        }
    }

    private void tunnel(Socket client) throws IOException {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            skipHead(client.getInputStream());
            client.getOutputStream().write(ESTABLISHED);
            run(() -> copy(server, client));
            copy(client, server);
        }
    }

    private static void skipHead(InputStream in) throws IOException {
        int lineBreaks = 0;
        while (lineBreaks < 2) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no CONNECT request");
            }
            lineBreaks = next == '\n' ? lineBreaks + 1 : next == '\r' ? lineBreaks : 0;
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        OutputStream out = to.getOutputStream();
        from.getInputStream().transferTo(out);
        to.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}

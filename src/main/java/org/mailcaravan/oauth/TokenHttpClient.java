package org.mailcaravan.oauth;

import java.io.IOException;
import java.net.Socket;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of the route {@code oauth-token} (bean {@code tokenHttpClient}): no redirects (a code or token must not travel on, S44), no cookies, no
 * repeats of its own (a code is redeemed once, S12), no wire log; 5 s to connect, 10 s for the first byte and between bytes.
 */
final class TokenHttpClient {
    private static final Timeout CONNECT = Timeout.ofSeconds(5);

    private TokenHttpClient() {}

    static CloseableHttpClient create(Timeout answer) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(TokenHttpClient::connect)
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(answer).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(answer)
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(answer).build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("mailcaravan")
                .build();
    }

    private static QuietConnection connect(@Nullable Socket socket) throws IOException {
        QuietConnection connection = new QuietConnection();
        if (socket != null) {
            connection.bind(socket);
        }
        return connection;
    }
}

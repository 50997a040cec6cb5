package org.mailcaravan.oauth;

import java.util.LinkedHashMap;
import java.util.Map;

/** An HTTP answer of the connect pages. Its {@code toString} is a label: the address to go on to holds {@code state}. */
final class ConnectAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final String body;

    ConnectAnswer(int status, Map<String, String> headers, String body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    ConnectAnswer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ConnectAnswer(status, more, body);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    String body() {
        return body;
    }

    @Override
    public String toString() {
        return "ConnectAnswer[" + status + "]";
    }
}

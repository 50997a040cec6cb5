package org.mailcaravan.oauth;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Bean {@code connectHeaders}: which headers pass between HTTP and the connect routes. In: none, {@link ConnectHttp} reads the few that matter from the server
 * itself (S46). Out: what a page sets. Camel's usual filter would drop {@code Cache-Control}, and a page that may be cached keeps what must not be kept (S09).
 */
final class ConnectHeaders implements HeaderFilterStrategy {
    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return name.regionMatches(true, 0, "Camel", 0, 5);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}

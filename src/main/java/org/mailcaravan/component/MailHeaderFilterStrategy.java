package org.mailcaravan.component;

import java.util.Set;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Which headers of a mail become headers of an Exchange: none that Camel or an event would take for its own ({@code Camel*}, {@code ce-*}, in any case of
 * letters), and none that describes the transport of a body, because the body of the Exchange is another one.
 */
public final class MailHeaderFilterStrategy extends DefaultHeaderFilterStrategy {
    public MailHeaderFilterStrategy() {
        setLowerCase(true);
        setInFilterStartsWith("camel", "org.apache.camel.", "ce-");
        setInFilter(Set.of(
                "breadcrumbid",
                "connection",
                "content-encoding",
                "content-length",
                "content-type",
                "host",
                "mime-version",
                "authorization",
                "transfer-encoding"));
    }
}

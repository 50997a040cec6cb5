package org.mailcaravan.component;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What one Exchange asks a producer for: a header overrides the option of the same name. */
public final class Parameters {
    private final Exchange exchange;

    public Parameters(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Several values may come as a list, or in one text separated by commas. */
    public Optional<String> find(String header, @Nullable Object option) {
        Object value = exchange.getMessage().getHeader(header);
        if (value instanceof Collection<?> many) {
            return Optional.of(many.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return Optional.ofNullable(value == null ? option : value)
                .map(String::valueOf)
                .filter(text -> !text.isBlank());
    }

    /** @throws IllegalArgumentException if there is neither */
    public String require(String header, @Nullable Object option, String name) {
        return find(header, option)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the operation needs the option " + name + " or the header " + header));
    }

    /**
     * How many rows a page may have.
     *
     * @throws IllegalArgumentException if it is not 1 to 1000
     */
    public Optional<String> top(String header, @Nullable Integer option) {
        Optional<String> top = find(header, option);
        if (top.isPresent() && !top.get().matches("[1-9]\\d{0,2}|1000")) {
            throw new IllegalArgumentException("top must be 1 to 1000");
        }
        return top;
    }
}

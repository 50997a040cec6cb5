package org.mailcaravan.console;

import org.jolokia.core.api.LogHandler;
import org.slf4j.Logger;

/** Jolokia's own words, at DEBUG: who asked for what is not for the log of an operator. */
final class JolokiaLog implements LogHandler {
    private final Logger log;

    JolokiaLog(Logger log) {
        this.log = log;
    }

    @Override
    public void debug(String message) {
        log.trace("{}", message);
    }

    @Override
    public void info(String message) {
        log.debug("{}", message);
    }

    @Override
    public void error(String message, Throwable cause) {
        log.debug("{}", message, cause);
    }

    @Override
    public boolean isDebug() {
        return log.isTraceEnabled();
    }
}

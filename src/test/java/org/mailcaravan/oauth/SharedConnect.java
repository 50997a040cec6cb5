package org.mailcaravan.oauth;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts the routes once for all test classes that ask for it, and stops them after the last one. */
final class SharedConnect implements BeforeAllCallback {
    private static volatile ConnectFixture fixture;

    static ConnectFixture fixture() {
        return fixture;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedConnect.class))
                .getOrComputeIfAbsent(ConnectFixture.class, any -> {
                    fixture = new ConnectFixture(ConnectProtocol.AUTO, true).start();
                    return fixture;
                });
    }
}

package org.mailcaravan.app;

import java.util.concurrent.CountDownLatch;

/** Waits for Ctrl+C or SIGTERM, then closes what runs, in the order given, before the process ends. */
final class UntilStopped {
    private UntilStopped() {}

    static void wait(AutoCloseable... running) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAll(running, stopped), "shutdown"));
        stopped.await();
    }

    private static void closeAll(AutoCloseable[] running, CountDownLatch stopped) {
        for (AutoCloseable part : running) {
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("did not stop cleanly: " + e);
            }
        }
        stopped.countDown();
    }
}

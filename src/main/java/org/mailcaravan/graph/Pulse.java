package org.mailcaravan.graph;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether the database answers, told within a second whatever it does: askers share one question, wait for it a little, and while it is known to be down they do not
 * wait at all. Thread-safe.
 */
final class Pulse {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final Duration LEAVE_ALONE = Duration.ofSeconds(1);

    private final Runnable question;
    private CompletableFuture<Boolean> asked = CompletableFuture.completedFuture(false);
    private long answeredAt = System.nanoTime() - FRESH.toNanos();
    private long failedAt = System.nanoTime() - LEAVE_ALONE.toNanos();
    private volatile boolean down;

    /** @param question makes somebody call {@link #answered} or {@link #failed}; returns at once */
    Pulse(Runnable question) {
        this.question = question;
    }

    boolean beats() {
        CompletableFuture<Boolean> answer = ask();
        if (down && !answer.isDone()) {
            return false;
        }
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            down = true;
            return false;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized CompletableFuture<Boolean> ask() {
        long now = System.nanoTime();
        if (!asked.isDone()) {
            return asked;
        }
        if (!down && now - answeredAt < FRESH.toNanos()) {
            return CompletableFuture.completedFuture(true);
        }
        if (down && now - failedAt < LEAVE_ALONE.toNanos()) {
            return CompletableFuture.completedFuture(false);
        }
        asked = new CompletableFuture<>();
        question.run();
        return asked;
    }

    synchronized void answered() {
        down = false;
        answeredAt = System.nanoTime();
        asked.complete(true);
    }

    synchronized void failed() {
        down = true;
        failedAt = System.nanoTime();
        asked.complete(false);
    }
}

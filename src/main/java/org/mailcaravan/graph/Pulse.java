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
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration LEAVE_ALONE = Duration.ofSeconds(1);

    private final Runnable asking;
    private Question asked = new Question(System.nanoTime(), CompletableFuture.completedFuture(false));
    private long answeredAt = System.nanoTime() - FRESH.toNanos();
    private long failedAt = System.nanoTime() - LEAVE_ALONE.toNanos();
    private volatile boolean down;

    private record Question(long at, CompletableFuture<Boolean> answer) {}

    /** @param asking makes somebody call {@link #answered} or {@link #failed}; returns at once */
    Pulse(Runnable asking) {
        this.asking = asking;
    }

    boolean beats() {
        Question question = ask();
        if (down && !question.answer().isDone()) {
            return false;
        }
        try {
            long patience = question.at() + PATIENCE.toNanos() - System.nanoTime();
            return question.answer().get(Math.max(0, patience), TimeUnit.NANOSECONDS);
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

    private synchronized Question ask() {
        long now = System.nanoTime();
        if (!asked.answer().isDone()) {
            return asked;
        }
        if (!down && now - answeredAt < FRESH.toNanos()) {
            return new Question(now, CompletableFuture.completedFuture(true));
        }
        if (down && now - failedAt < LEAVE_ALONE.toNanos()) {
            return new Question(now, CompletableFuture.completedFuture(false));
        }
        asked = new Question(now, new CompletableFuture<>());
        asking.run();
        return asked;
    }

    synchronized void answered() {
        down = false;
        answeredAt = System.nanoTime();
        asked.answer().complete(true);
    }

    synchronized void failed() {
        down = true;
        failedAt = System.nanoTime();
        asked.answer().complete(false);
    }
}

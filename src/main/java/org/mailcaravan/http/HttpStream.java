package org.mailcaravan.http;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An answer that is heard while it comes, by no thread of its own. It is given up when it falls silent. */
public final class HttpStream implements AutoCloseable, Flow.Subscriber<List<ByteBuffer>> {
    private final HttpListener listener;
    private final Duration silence;
    private final ScheduledExecutorService alarms;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long heard = System.nanoTime();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable CompletableFuture<?> exchange;

    HttpStream(HttpListener listener, Duration silence, ScheduledExecutorService alarms) {
        this.listener = listener;
        this.silence = silence;
        this.alarms = alarms;
    }

    /** Reads the body to its end only by asking for one piece after the other. */
    HttpResponse.BodySubscriber<Void> begin(int status, HttpHeaders headers) {
        heard = System.nanoTime();
        if (!over.get()) {
            listener.opened(status, headers);
        }
        return HttpResponse.BodySubscribers.fromSubscriber(this);
    }

    void started(CompletableFuture<?> pending) {
        exchange = pending;
        pending.whenComplete((response, failure) -> {
            if (failure != null) {
                onError(failure);
            }
        });
        watch(silence.toNanos());
        if (over.get()) {
            giveUp();
        }
    }

    private void watch(long nanos) {
        try {
            alarms.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            end(Optional.of(new IOException("the HTTP gateway was closed", e)));
            giveUp();
        }
    }

    private void look() {
        long left = silence.toNanos() - (System.nanoTime() - heard);
        if (over.get()) {
            return;
        }
        if (left > 0) {
            watch(left);
            return;
        }
        end(Optional.of(new HttpTimeoutException("nothing was heard for " + silence.toMillis() + " ms")));
        giveUp();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (over.get()) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        heard = System.nanoTime();
        Flow.Subscription from = subscription;
        try {
            for (ByteBuffer piece : pieces) {
                if (!over.get()) {
                    listener.received(piece);
                }
            }
            if (from != null) {
                from.request(1);
            }
        } catch (IOException e) {
            end(Optional.of(e));
            giveUp();
        }
    }

    @Override
    public void onError(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        end(Optional.of(cause instanceof IOException io ? io : new IOException(cause)));
    }

    @Override
    public void onComplete() {
        end(Optional.empty());
    }

    private void end(Optional<IOException> broken) {
        if (over.compareAndSet(false, true)) {
            listener.ended(broken);
        }
    }

    private void giveUp() {
        Flow.Subscription from = subscription;
        if (from != null) {
            from.cancel();
        }
        CompletableFuture<?> pending = exchange;
        if (pending != null) {
            pending.cancel(true);
        }
    }

    /** Gives the answer up: the listener hears nothing more. */
    @Override
    public void close() {
        over.set(true);
        giveUp();
    }
}

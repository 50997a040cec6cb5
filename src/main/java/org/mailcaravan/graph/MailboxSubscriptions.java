package org.mailcaravan.graph;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.ingest.FencedOffException;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.ingest.Subscription;
import org.mailcaravan.ingest.Subscription.State;
import org.mailcaravan.ingest.Subscriptions;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.ThrottledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one subscription per mailbox alive: made before the mailbox is first read to its end, renewed ahead of its end, made anew when it is lost. That it is asked
 * for is stored before it is asked for, so that one whose answer was lost is found and removed. A mailbox that cannot have one is polled. Thread-safe.
 */
final class MailboxSubscriptions implements MailboxWatch {
    /** 10,080 minutes are the most for messages without resource data; a few less, for clocks differ. */
    static final Duration LONGEST = Duration.ofMinutes(10_080 - 5);

    private static final Logger LOG = LoggerFactory.getLogger(MailboxSubscriptions.class);
    private static final Duration SPREAD = Duration.ofHours(12);
    private static final Duration AFTER_REFUSAL = Duration.ofHours(24);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LONGEST_RETRY = Duration.ofHours(6);
    private static final int SECRET_BYTES = 32;

    private final URI url;
    private final Supplier<GraphMailSource> source;
    private final Subscriptions subscriptions;
    private final NotificationInbox inbox;
    private final RandomGenerator random;
    private final Clock clock;

    /**
     * @param url what Graph calls: reachable from the internet over https; the sandbox also takes http on loopback
     * @param source asked for each time: it is made when the routes start
     * @param random makes secrets: a {@link java.security.SecureRandom}
     */
    MailboxSubscriptions(
            URI url,
            Supplier<GraphMailSource> source,
            Subscriptions subscriptions,
            NotificationInbox inbox,
            RandomGenerator random,
            Clock clock) {
        this.url = url;
        this.source = source;
        this.subscriptions = subscriptions;
        this.inbox = inbox;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public Watched keep(Mailbox mailbox, long fence) {
        if (mailbox.access() == Access.DELEGATE) {
            return Watched.NOT; // Graph makes subscriptions for the signed-in user's own mailbox only
        }
        Subscription now = subscriptions.find(mailbox.id()).orElseGet(() -> none(mailbox));
        Subscription then = clock.instant().isBefore(now.due()) ? now : new Attempt(mailbox, fence, now).run();
        return new Watched(then.announces(clock.instant()), Optional.of(then.due()));
    }

    private Subscription none(Mailbox mailbox) {
        return new Subscription(
                mailbox.id(), State.NONE, Optional.empty(), "", Optional.empty(), clock.instant(), 0, Optional.empty());
    }

    /** Ends it at Graph, as well as that goes: the mailbox is about to be disconnected, and its grant erased. */
    @Override
    public void end(Mailbox mailbox) {
        Optional<String> id = subscriptions.find(mailbox.id()).flatMap(Subscription::id);
        id.ifPresent(name -> {
            try {
                calls(mailbox).delete(name);
                LOG.info("mailbox {}: no more change notifications", mailbox.id());
            } catch (GraphOperationException | OutcomeUnknownException | MailSourceException e) {
                LOG.warn(
                        "mailbox {}: its subscription could not be deleted and ends by itself within 7 days; what it"
                                + " announces until then is ignored: {}",
                        mailbox.id(),
                        e.getMessage());
            }
        });
    }

    /** Renewing, or making anew, once. */
    private final class Attempt {
        private final Mailbox mailbox;
        private final long fence;
        private final Subscription before;

        private Attempt(Mailbox mailbox, long fence, Subscription before) {
            this.mailbox = mailbox;
            this.fence = fence;
            this.before = before;
        }

        private Subscription run() {
            try {
                return switch (before.state()) {
                    case ACTIVE, RENEW -> renew(before.id().orElseThrow());
                    case CREATING -> replace();
                    case NONE -> create();
                };
            } catch (GraphOperationException e) {
                return refused(e.refusal());
            } catch (OutcomeUnknownException e) {
                return failed(e.getMessage(), false);
            } catch (MailSourceException e) {
                return failed(e, false);
            }
        }

        private Subscription renew(String id) {
            if (before.state() == State.RENEW) {
                calls(mailbox).replaceToken();
            }
            try {
                Instant expires = latest();
                SubscriptionCalls.Made made =
                        capped(expires, until -> calls(mailbox).renew(id, until));
                LOG.debug("mailbox {}: subscription renewed", mailbox.id());
                return saved(active(made, before.clientStateHash(), expires));
            } catch (GraphOperationException e) {
                if (e.status() != 404) {
                    throw e;
                }
                LOG.info("mailbox {}: its subscription is gone, another one is made", mailbox.id());
                return replace();
            }
        }

        /** There may be some that we do not know: an answer was lost, or the database is that of a backup. */
        private Subscription replace() {
            for (String orphan : calls(mailbox).list(url)) {
                calls(mailbox).delete(orphan);
                LOG.info("mailbox {}: a subscription that nobody knew was deleted", mailbox.id());
            }
            return create();
        }

        private Subscription create() {
            String secret = secret();
            String hash = ChangeNotification.hash(secret);
            saved(new Subscription(
                    mailbox.id(),
                    State.CREATING,
                    Optional.empty(),
                    hash,
                    Optional.empty(),
                    clock.instant().plus(FIRST_RETRY),
                    before.failures(),
                    before.reason()));
            Instant expires = latest();
            SubscriptionCalls.Made made =
                    capped(expires, until -> calls(mailbox).create(url, secret, until));
            return kept(active(made, hash, expires));
        }

        private Subscription kept(Subscription made) {
            try {
                saved(made);
            } catch (FencedOffException e) {
                try {
                    calls(mailbox).delete(made.id().orElseThrow());
                } catch (GraphOperationException | OutcomeUnknownException | MailSourceException failed) {
                    LOG.debug("mailbox {}: one subscription too many is left to its end", mailbox.id());
                }
                throw e;
            }
            inbox.learn(made);
            LOG.info("mailbox {}: changes are announced from now on", mailbox.id());
            return made;
        }

        private SubscriptionCalls.Made capped(Instant expires, Function<Instant, SubscriptionCalls.Made> asking) {
            try {
                return asking.apply(expires);
            } catch (GraphOperationException e) {
                OptionalInt minutes = e.refusal().minutes();
                if (e.status() != 400 || minutes.isEmpty()) {
                    throw e;
                }
                return asking.apply(clock.instant().plus(Duration.ofMinutes(Math.max(1, minutes.getAsInt() - 1))));
            }
        }

        private Subscription active(SubscriptionCalls.Made made, String hash, Instant asked) {
            Instant expires = made.expires().filter(clock.instant()::isBefore).orElse(asked);
            return new Subscription(
                    mailbox.id(),
                    State.ACTIVE,
                    Optional.of(made.id()),
                    hash,
                    Optional.of(expires),
                    ahead(expires),
                    0,
                    Optional.empty());
        }

        /** A quarter to nearly a half of its life before its end: days, for renewing may fail for days. */
        private Instant ahead(Instant expires) {
            Duration life = Duration.between(clock.instant(), expires);
            return clock.instant().plusMillis((long) (life.toMillis() * (0.55 + 0.2 * random.nextDouble())));
        }

        private Subscription refused(GraphRefusal refusal) {
            if (refusal.status() == 403) {
                LOG.warn(
                        "mailbox {}: no change notifications, it is polled; asked for again tomorrow: {}",
                        mailbox.id(),
                        refusal.getMessage());
                return saved(without(refusal.getMessage(), jittered(AFTER_REFUSAL), true));
            }
            if (refusal.status() == 400) {
                return failed(
                        refusal.getMessage() + " Graph must reach mail.notifications-path at public.base-url"
                                + " from the internet, with a certificate that everybody trusts; see docs/notifications.md",
                        true);
            }
            return failed(refusal.forMailbox(), refusal.status() < 500);
        }

        /** Graph's own wait if it is longer than ours: an announcement is worth less than the requests of those who read. */
        private Subscription failed(MailSourceException e, boolean surely) {
            Duration asked = e instanceof ThrottledException throttled
                    ? throttled.retryAfter().orElse(Duration.ZERO)
                    : Duration.ZERO;
            Duration ours = backoff(before.failures());
            return failed(e.getMessage(), asked.compareTo(ours) > 0 ? asked : ours, surely);
        }

        private Subscription failed(String reason, boolean surely) {
            return failed(reason, backoff(before.failures()), surely);
        }

        private Subscription failed(String reason, Duration wait, boolean surely) {
            LOG.warn(
                    "mailbox {}: its subscription was neither made nor renewed, again in {} s: {}",
                    mailbox.id(),
                    wait.toSeconds(),
                    reason);
            return saved(without(reason, wait, surely));
        }

        /**
         * One that could not be renewed lives on until its end.
         *
         * @param surely whether nothing was made: then there is nothing to be searched for
         */
        private Subscription without(String reason, Duration wait, boolean surely) {
            Subscription stored = subscriptions.find(mailbox.id()).orElse(before);
            return new Subscription(
                    mailbox.id(),
                    surely && stored.state() == State.CREATING ? State.NONE : stored.state(),
                    stored.id(),
                    stored.clientStateHash(),
                    stored.expires(),
                    clock.instant().plus(wait),
                    before.failures() + 1,
                    Optional.of(reason));
        }

        private Subscription saved(Subscription subscription) {
            subscriptions.save(subscription, fence);
            return subscription;
        }
    }

    private SubscriptionCalls calls(Mailbox mailbox) {
        return new SubscriptionCalls(source.get(), mailbox);
    }

    private Instant latest() {
        return clock.instant().plus(LONGEST).minusMillis(random.nextLong(SPREAD.toMillis()));
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new String(Base64.getUrlEncoder().withoutPadding().encode(bytes), StandardCharsets.US_ASCII);
    }

    private Duration backoff(int failures) {
        long whole = Math.min(FIRST_RETRY.toMillis() << Math.min(failures, 20), LONGEST_RETRY.toMillis());
        return jittered(Duration.ofMillis(whole));
    }

    /** Half of it random: those that failed together do not come back together. */
    private Duration jittered(Duration whole) {
        return Duration.ofMillis(whole.toMillis() / 2 + random.nextLong(whole.toMillis() / 2 + 1));
    }
}

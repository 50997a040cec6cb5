package org.mailcaravan.ingest;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room's front door: builds the ledger and its neighbours, and runs the durable tasks ({@code mailbox}, {@code deliver}, {@code sweep}) on one db-scheduler.
 * On PostgreSQL any number of processes may do so on the same database.
 */
public final class Ingestion implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingestion.class);

    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Transactions transactions;
    private final Clock clock;
    private final Mailboxes mailboxes;
    private final Subscriptions subscriptions;
    private final Deliveries deliveries;
    private final Staging staging;
    private final ContentStore store;
    private final MailboxTask mailboxTask;
    private final ProtocolChanges protocolChanges;
    private final RequestTally requestTally;
    private final DeliveryTask deliveryTask;
    private final boolean embedded;
    private final Scheduler scheduler;
    private final CustomTask<Void> mailboxTasks = Tasks.custom("mailbox", Void.class)
            .onFailure(tryAgain())
            .onDeadExecutionRevive()
            .execute((instance, context) -> readMailbox(MailboxId.of(instance.getId())));
    private final CustomTask<Void> deliverTasks = Tasks.custom("deliver", Void.class)
            .onFailure(tryAgain())
            .onDeadExecutionRevive()
            .execute((instance, context) -> deliver(Deliveries.Queue.of(instance.getId())));

    /**
     * @param embedded whether only this process can have the database open: work left picked by a killed process is then taken up at once
     * @param random for jitter
     */
    public Ingestion(
            DataSource dataSource,
            Transactions transactions,
            boolean embedded,
            ContentStore store,
            IngestSettings settings,
            RandomGenerator random,
            Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
        this.embedded = embedded;
        this.store = store;
        mailboxes = new Mailboxes(transactions, clock);
        subscriptions = new Subscriptions(transactions, clock);
        deliveries = new Deliveries(transactions, clock);
        Ledger ledger = new Ledger(transactions, clock);
        staging = new Staging(ledger, store, (sink, mailbox) -> nudge(new Deliveries.Queue(sink, mailbox)));
        mailboxTask = new MailboxTask(
                mailboxes,
                new SyncCursors(transactions),
                ledger,
                deliveries,
                store,
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), random),
                new MailboxTask.Rhythm(settings.polling(), settings.reconcileInterval()),
                clock);
        requestTally = new RequestTally(transactions, clock);
        protocolChanges = new ProtocolChanges(transactions, mailboxes, clock);
        mailboxTask.changing(new ProtocolSwitch(transactions, protocolChanges, clock));
        deliveryTask = new DeliveryTask(
                mailboxes,
                deliveries,
                new Backoff(Duration.ofSeconds(2), Duration.ofHours(1), random),
                settings.retryFor(),
                this::nudge,
                clock);
        scheduler = scheduler(dataSource, settings.threads());
        mailboxes.onDue(this::due);
        mailboxes.onPurged(store::remove);
    }

    private Scheduler scheduler(DataSource dataSource, int threads) {
        RecurringTask<Void> sweep =
                Tasks.recurring("sweep", FixedDelay.of(SWEEP)).execute((instance, context) -> sweep());
        SchedulerBuilder builder = Scheduler.create(dataSource, mailboxTasks, deliverTasks)
                .startTasks(sweep)
                .threads(threads)
                .pollingInterval(Duration.ofSeconds(1))
                .heartbeatInterval(Duration.ofSeconds(2))
                .missedHeartbeatsLimit(4)
                .shutdownMaxWait(Duration.ofSeconds(25))
                .serializer(new NoTaskData())
                .enableImmediateExecution();
        return (embedded ? builder : builder.pollUsingLockAndFetch(0.5, 1.0)).build();
    }

    private static FailureHandler<Void> tryAgain() {
        return (complete, operations) ->
                operations.reschedule(complete, complete.getTimeDone().plus(AFTER_FAILURE));
    }

    public Mailboxes mailboxes() {
        return mailboxes;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    public Staging staging() {
        return staging;
    }

    public MailIntake mailIntake() {
        return mailboxTask::register;
    }

    /** Tells who sees to it that changes are announced; call it before the start. */
    public void watch(Protocol protocol, MailboxWatch watch) {
        mailboxTask.watch(protocol, watch);
    }

    /** The subscriptions to change notifications. */
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Mailboxes that change their protocol. */
    public ProtocolChanges protocolChanges() {
        return protocolChanges;
    }

    /** What mailboxes cost in requests. */
    public RequestTally requestTally() {
        return requestTally;
    }

    public SinkDispatch sinkDispatch() {
        return deliveryTask::register;
    }

    /** Why nothing is taken in at present, if so: the content directory is full or gone. */
    public Optional<String> pausedIntake() {
        return mailboxTask.paused();
    }

    /**
     * Starts the tasks; call it when all routes are up, so that every sink is subscribed before the first message is staged.
     *
     * @throws org.mailcaravan.mailbox.StagingException if the content directory is not the one this database was used with
     */
    public void start() {
        StoreIdentity.require(transactions, store.root());
        if (embedded) {
            releaseOrphans();
        }
        scheduler.start();
    }

    private void releaseOrphans() {
        String sql = "update scheduled_tasks set picked = false, picked_by = null, last_heartbeat = null where picked";
        int released = transactions.call(c -> Sql.update(c, sql));
        if (released > 0) {
            LOG.info("took up {} tasks that an earlier process left behind", released);
        }
    }

    /** Lets running slices end (at most 25 s), then stops. */
    @Override
    public void close() {
        scheduler.stop();
        staging.close();
    }

    private CompletionHandler<Void> readMailbox(MailboxId id) {
        Optional<Instant> next = mailboxTask.slice(id);
        return (complete, operations) -> {
            if (next.isEmpty()) {
                operations.remove();
                return;
            }
            operations.reschedule(complete, next.get());
            if (mailboxes.awake(id)) {
                due(id);
            }
        };
    }

    private CompletionHandler<Void> deliver(Deliveries.Queue queue) {
        Optional<Instant> next = deliveryTask.slice(queue);
        return (complete, operations) -> {
            if (next.isPresent()) {
                operations.reschedule(complete, next.get());
                return;
            }
            operations.remove();
            // staged meanwhile: its nudge found this task still there
            deliveries.nextDue(queue).ifPresent(due -> nudge(queue));
        };
    }

    private void due(MailboxId id) {
        if (scheduler.scheduleIfNotExists(mailboxTasks.instance(id.toString()), clock.instant())) {
            return;
        }
        try {
            scheduler.reschedule(mailboxTasks.instance(id.toString()), clock.instant());
        } catch (TaskInstanceCurrentlyExecutingException | ExecutionException e) {
            // the second one: it was picked up between the scheduler's look and its update
            LOG.debug("mailbox {} is being read; it will see the wake-up at its end", id);
        } catch (TaskInstanceNotFoundException e) {
            scheduler.scheduleIfNotExists(mailboxTasks.instance(id.toString()), clock.instant());
        }
    }

    private void nudge(Deliveries.Queue queue) {
        scheduler.scheduleIfNotExists(deliverTasks.instance(queue.name()), clock.instant());
    }

    /** Mends what a crash between a commit and its nudge left undone. */
    private void sweep() {
        List<MailboxId> forgotten = mailboxes.unscheduled();
        forgotten.forEach(this::due);
        deliveries.due().forEach(this::nudge);
    }

    /** The content directory; for health. */
    public ContentStore contentStore() {
        return store;
    }
}

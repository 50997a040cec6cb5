package org.mailcaravan.component;

import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.HealthCheckComponent;

/** A producer that asks a server for what belongs to a mailbox. While it runs, a health check of its own says whether that server answers. */
public abstract class MailboxProducer extends DefaultProducer {
    private final String check;
    private final HealthCheckComponent component;
    private final Supplier<ReachHealthCheck.Reach> reach;
    private Runnable health = () -> {};

    /**
     * @param check the name of the health check, for example {@code microsoft-graph-sendMail}
     * @param reach asked for at each start: by then the options are set
     */
    protected MailboxProducer(
            Endpoint endpoint, String check, HealthCheckComponent component, Supplier<ReachHealthCheck.Reach> reach) {
        super(endpoint);
        this.check = check;
        this.component = component;
        this.reach = reach;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        health = ReachHealthCheck.ofProducer(check, component, reach.get());
    }

    @Override
    protected void doStop() throws Exception {
        health.run();
        super.doStop();
    }
}

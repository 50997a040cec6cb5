package org.mailcaravan.delivery;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.NullUnmarked;
import org.mailcaravan.ingest.SinkDispatch;
import org.mailcaravan.ingest.Staging;

/** The Camel component {@code mail-delivery}: hands messages over to the ledger, and offers each to every sink until it is settled. */
@NullUnmarked // Camel sets the options after construction
@Component("mail-delivery")
public final class MailDeliveryComponent extends DefaultComponent {
    @Metadata(label = "advanced", autowired = true, description = "Where sinks subscribe. Found in the registry.")
    private SinkDispatch sinkDispatch;

    @Metadata(label = "advanced", autowired = true, description = "Where messages are staged. Found in the registry.")
    private Staging staging;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MailDeliveryEndpoint endpoint = new MailDeliveryEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    public SinkDispatch getSinkDispatch() {
        return sinkDispatch;
    }

    public void setSinkDispatch(SinkDispatch sinkDispatch) {
        this.sinkDispatch = sinkDispatch;
    }

    public Staging getStaging() {
        return staging;
    }

    public void setStaging(Staging staging) {
        this.staging = staging;
    }
}

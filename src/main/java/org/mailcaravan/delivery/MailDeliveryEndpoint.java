package org.mailcaravan.delivery;

import java.util.Set;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.NullUnmarked;

/**
 * Stage mail for delivery, and consume it, one Exchange per message and sink, confirmed when the Exchange completes.
 *
 * <p>As a producer the name is an operation: {@code intake} (stage the message that a mail consumer just read; the body is its event), {@code filtered} (no sink
 * gets it, by a named rule; in the route of a sink: this one does not), {@code content} (Claim Check: the body becomes the raw MIME). As a consumer the name is a
 * sink, or {@code settled}: each message once every sink has settled it.
 */
@NullUnmarked // Camel sets the options after construction
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "mail-delivery",
        title = "Mail Delivery",
        syntax = "mail-delivery:name",
        category = {Category.MAIL, Category.MESSAGING},
        headersClass = MailDeliveryConstants.class)
public final class MailDeliveryEndpoint extends DefaultEndpoint {
    static final String INTAKE = "intake";
    static final String FILTERED = "filtered";
    static final String CONTENT = "content";
    private static final Set<String> OPERATIONS = Set.of(INTAKE, FILTERED, CONTENT);

    @UriPath(
            description =
                    "Consumer: name of the sink (letters, digits, hyphen), or settled: each message once every sink has settled it. Producer: intake, filtered or content")
    @Metadata(required = true)
    private String name;

    @UriParam(
            label = "consumer",
            defaultValue = "now",
            enums = "now,all",
            description =
                    "What the sink gets when it subscribes for the first time: messages from now on, or everything staged before as well")
    private String start = "now";

    @UriParam(label = "producer", description = "With filtered: the name of the rule that left the message out")
    private String rule;

    @UriParam(
            label = "producer",
            defaultValue = "mime",
            enums = "mime,json",
            description =
                    "With content: the raw MIME, or the message as JSON with its body and attachments; there is what mail.content reads")
    private String form = "mime";

    MailDeliveryEndpoint(String uri, MailDeliveryComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (name) {
            case INTAKE -> new StagingProducer(this);
            case FILTERED -> new FilteringProducer(this, requireRule());
            case CONTENT -> new ContentProducer(this, form.equals("json"));
            default ->
                throw new IllegalArgumentException(
                        "mail-delivery:" + name
                                + " is no operation; to: takes mail-delivery:intake, mail-delivery:filtered?rule=... or mail-delivery:content");
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (OPERATIONS.contains(name) || !name.matches("[A-Za-z0-9][A-Za-z0-9-]{0,99}")) {
            throw new IllegalArgumentException("mail-delivery:" + name
                    + " cannot name a sink; use letters, digits and hyphens, and none of " + OPERATIONS);
        }
        MailDeliveryConsumer consumer = new MailDeliveryConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    private String requireRule() {
        if (rule == null || rule.isBlank()) {
            throw new IllegalArgumentException(
                    "mail-delivery:filtered needs the name of the rule: mail-delivery:filtered?rule=<name>");
        }
        return rule;
    }

    boolean fromStart() {
        return "all".equals(start);
    }

    @Override
    public MailDeliveryComponent getComponent() {
        return (MailDeliveryComponent) super.getComponent();
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getStart() {
        return start;
    }

    public void setStart(String start) {
        this.start = start;
    }

    public String getForm() {
        return form;
    }

    public void setForm(String form) {
        this.form = form;
    }

    public String getRule() {
        return rule;
    }

    public void setRule(String rule) {
        this.rule = rule;
    }
}

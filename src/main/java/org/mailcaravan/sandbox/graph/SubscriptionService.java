package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.OptionalInt;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.mail.FolderChange;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** What {@code /subscriptions} does, and who hears of a change. Thread-safe. */
final class SubscriptionService {
    private final Subscriptions subscriptions;
    private final SubscriptionReader reader;
    private final MailboxAccess access;
    private final Callbacks callbacks = new Callbacks();
    private final NotificationView view;
    private final Notifier notifier;
    private volatile SubscriptionRules rules = SubscriptionRules.MICROSOFTS;
    private volatile OptionalInt renewalRefusal = OptionalInt.empty();

    SubscriptionService(SandboxDirectory directory, SandboxMailboxes mailboxes, Clock clock) {
        subscriptions = new Subscriptions(clock);
        reader = new SubscriptionReader(clock);
        access = new MailboxAccess(mailboxes, directory);
        view = new NotificationView(directory.tenantId());
        notifier = new Notifier(callbacks, view, clock);
        mailboxes.all().forEach(mailbox -> mailbox.onChange(change -> changed(mailbox, change)));
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Notifier notifier() {
        return notifier;
    }

    NotificationView view() {
        return view;
    }

    void rules(SubscriptionRules next) {
        rules = next;
    }

    /** With a status, renewals and reauthorizations are answered with it. */
    void refuseRenewals(OptionalInt status) {
        renewalRefusal = status;
    }

    /** The messages that a wish for a subscription names, for whose mailbox the request counts. */
    GraphPath path(JsonNode wish) {
        return reader.path(wish);
    }

    /** @throws GraphError if the caller may not have it or an address does not validate */
    ObjectNode create(Caller caller, JsonNode wish, GraphRequest request) {
        GraphPath path = reader.path(wish);
        SandboxMailbox mailbox = access.mailbox(caller, path, MailboxAccess.Right.READ);
        if (!caller.isApplication() && !caller.is(mailbox.ownerId().toString())) {
            throw GraphError.accessDenied();
        }
        SubscriptionRules now = rules;
        Subscription subscription = reader.subscription(
                wish,
                creator(caller),
                reader.watched(wish, mailbox, path, request.prefer().immutableIds()),
                now.longestMinutes());
        callbacks.validate(subscription.target().notificationUrl());
        subscription.target().lifecycleUrl().ifPresent(callbacks::validate);
        subscriptions.add(subscription, now.perMailbox());
        return SubscriptionView.created(subscription, request.root());
    }

    ObjectNode list(Caller caller, GraphRequest request) {
        return SubscriptionView.list(subscriptions.of(creator(caller)), request.root());
    }

    /** @throws GraphError 404 if the caller has none of that id */
    Subscription own(Caller caller, String id) {
        return subscriptions
                .find(id)
                .filter(one -> one.creator().equals(creator(caller)))
                .orElseThrow(SubscriptionService::notFound);
    }

    ObjectNode renew(Caller caller, String id, JsonNode wish, GraphRequest request) {
        own(caller, id);
        refuseIfPlanned();
        wish.fieldNames().forEachRemaining(SubscriptionService::onlyExpiry);
        Subscription renewed = subscriptions
                .change(id, one -> one.renewed(reader.expiry(wish, rules.longestMinutes())))
                .orElseThrow(SubscriptionService::notFound);
        return SubscriptionView.one(renewed, request.root());
    }

    void reauthorize(Caller caller, String id) {
        own(caller, id);
        refuseIfPlanned();
        subscriptions.change(id, one -> one.paused(false)).orElseThrow(SubscriptionService::notFound);
    }

    void delete(Caller caller, String id) {
        subscriptions.remove(own(caller, id).id());
    }

    private void refuseIfPlanned() {
        renewalRefusal.ifPresent(status -> {
            throw GraphError.of(status, "ExtensionError", "The sandbox refuses renewals, as it was told to.");
        });
    }

    private static void onlyExpiry(String field) {
        if (!field.equals("expirationDateTime") && !field.startsWith("@odata.")) {
            throw GraphError.of(400, "InvalidRequest", "Only expirationDateTime can be changed, not " + field + ".");
        }
    }

    private void changed(SandboxMailbox mailbox, FolderChange change) {
        subscriptions
                .ofMailbox(mailbox.ownerId())
                .forEach(one -> one.watched()
                        .changeType(change)
                        .ifPresent(type -> notifier.change(one, view.change(one, type, change.message()))));
    }

    private static Subscription.Creator creator(Caller caller) {
        return new Subscription.Creator(caller.appId(), caller.objectId());
    }

    private static GraphError notFound() {
        return GraphError.of(404, "ResourceNotFound", "The object was not found.");
    }
}

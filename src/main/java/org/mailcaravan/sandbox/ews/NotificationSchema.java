package org.mailcaravan.sandbox.ews;

import static org.mailcaravan.sandbox.ews.SchemaTable.BOOLEAN;
import static org.mailcaravan.sandbox.ews.SchemaTable.FOLDER;

import java.util.List;

/** The requests about notifications. */
final class NotificationSchema {
    private static final String WATCHED = "t:FolderIds? t:EventTypes";
    private static final String MINUTES_OF_A_DAY = "0*([1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)";

    private NotificationSchema() {}

    static void addTo(SchemaTable table) {
        table.model(
                "m:Subscribe", "m:PullSubscriptionRequest|m:PushSubscriptionRequest|m:StreamingSubscriptionRequest");
        table.model("m:PullSubscriptionRequest", WATCHED + " t:Watermark? t:Timeout");
        table.model("m:PushSubscriptionRequest", WATCHED + " t:Watermark? t:StatusFrequency t:URL t:CallerData?");
        table.model("m:StreamingSubscriptionRequest", WATCHED);
        List.of("m:PullSubscriptionRequest", "m:PushSubscriptionRequest", "m:StreamingSubscriptionRequest")
                .forEach(name -> table.attributes(name, "SubscribeToAllFolders?", BOOLEAN));
        table.model("t:FolderIds", FOLDER + "+");
        table.model("t:EventTypes", "t:EventType+");
        table.text("t:EventType", EventType.PATTERN + "|FreeBusyChangedEvent");
        List.of("t:Timeout", "t:StatusFrequency").forEach(name -> table.text(name, MINUTES_OF_A_DAY));
        table.model("m:Unsubscribe", "m:SubscriptionId");
        table.text("m:SubscriptionId", "(?s).+");
        table.model("m:GetStreamingEvents", "m:SubscriptionIds m:ConnectionTimeout");
        table.model("m:SubscriptionIds", "t:SubscriptionId+");
        table.text("t:SubscriptionId", "(?s).+");
        table.text("m:ConnectionTimeout", "0*([1-9]|[12][0-9]|30)");
    }
}

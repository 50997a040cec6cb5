package org.mailcaravan.graph;

import java.net.URI;
import java.time.Duration;

/**
 * Where Graph sends change notifications.
 *
 * @param url reachable from the internet over https; the sandbox also takes http on loopback
 * @param answerTimeout total deadline of a request about a subscription; Graph calls {@code url} back meanwhile
 */
public record NotificationSettings(URI url, Duration answerTimeout) {}

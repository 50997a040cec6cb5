package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.graph.core.requests.BaseGraphRequestAdapter;
import com.microsoft.graph.core.requests.GraphClientFactory;
import com.microsoft.graph.models.Subscription;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.authentication.AuthenticationProvider;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.mailcaravan.sandbox.SandboxOptions;

/** Microsoft's own client, unchanged, keeps subscriptions in the sandbox. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphSdkSubscriptionTest {
    private final OffsetDateTime inADay =
            OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).truncatedTo(ChronoUnit.SECONDS);
    private final Subscriber subscriber = new Subscriber();
    private GraphFixture sandbox;
    private GraphServiceClient graph;

    @BeforeAll
    void start() {
        sandbox = new GraphFixture(
                GraphSettings.defaults(), SandboxOptions.builder().messages(0).build());
        AuthenticationProvider bearer =
                (request, context) -> request.headers.add("Authorization", "Bearer " + sandbox.token());
        String root = sandbox.tenant.server().httpUrl() + GraphHandler.PREFIX;
        graph = new GraphServiceClient(new BaseGraphRequestAdapter(
                bearer,
                root,
                GraphClientFactory.create(GraphServiceClient.getGraphClientOptions())
                        .build()));
    }

    @AfterAll
    void close() {
        sandbox.close();
        subscriber.close();
    }

    private Subscription wish() {
        Subscription wish = new Subscription();
        wish.setChangeType("created,updated,deleted");
        wish.setNotificationUrl(subscriber.url());
        wish.setLifecycleNotificationUrl(subscriber.lifecycleUrl());
        wish.setResource("me/mailFolders('inbox')/messages");
        wish.setClientState("s3cret");
        wish.setExpirationDateTime(inADay);
        return wish;
    }

    @Test
    void makesReadsRenewsReauthorizesAndDeletesOne() {
        Subscription made = graph.subscriptions().post(wish());
        var one = graph.subscriptions().bySubscriptionId(made.getId());

        assertThat(made.getExpirationDateTime()).isEqualTo(inADay);
        assertThat(made.getCreatorId()).isEqualTo(sandbox.user.objectId());
        assertThat(made.getLatestSupportedTlsVersion()).isEqualTo("v1_2");
        assertThat(graph.subscriptions().get().getValue())
                .extracting(Subscription::getId)
                .contains(made.getId());

        Subscription later = new Subscription();
        later.setExpirationDateTime(inADay.plusDays(2));
        Subscription renewed = one.patch(later);
        one.reauthorize().post();
        one.delete();

        assertThat(renewed.getExpirationDateTime()).isEqualTo(inADay.plusDays(2));
        assertThatThrownBy(one::get)
                .isInstanceOfSatisfying(
                        ODataError.class,
                        error -> assertThat(error.getError().getCode()).isEqualTo("ResourceNotFound"));
    }

    @Test
    void understandsThatAWeekIsTheLongest() {
        Subscription wish = wish();
        wish.setExpirationDateTime(inADay.plusDays(7));

        assertThatThrownBy(() -> graph.subscriptions().post(wish))
                .isInstanceOfSatisfying(
                        ODataError.class,
                        error -> assertThat(error.getMessage()).contains("10080 minutes"));
    }
}

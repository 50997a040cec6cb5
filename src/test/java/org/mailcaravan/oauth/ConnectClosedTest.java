package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** As in production: https outside, no open page. */
class ConnectClosedTest {
    static final ConnectFixture fixture = new ConnectFixture(
                    Optional.of(URI.create("https://mail.example.com/")), ConnectProtocol.GRAPH, false)
            .start();

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void withoutATicketThereIsNoPage() {
        Browser browser = fixture.browser();
        for (String path : new String[] {"/connect", "/0/rest/Office365OAuthAuthenticator/Connect"}) {
            HttpResponse<String> page = browser.get(path);
            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(page.body()).contains("You need a connect link");
        }
        assertThat(browser.press("/0/rest/Office365OAuthAuthenticator/Connect").statusCode())
                .isEqualTo(404);
    }

    @Test
    void s03S10OnHttpsTheCookieIsBoundToTheHostAndEveryAnswerAsksForHttps() {
        Browser browser = fixture.browser();
        HttpResponse<String> away = browser.press(browser.ticketLink(FakeAuthority.LOGIN, ""));
        assertThat(away.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-mailcaravan-connect=")
                .contains("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=600")
                .doesNotContain("Domain");
        assertThat(away.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
        assertThat(browser.authorization.get("redirect_uri"))
                .isEqualTo("https://mail.example.com" + PublicAddress.CREATIO_CALLBACK_PATH);
        HttpResponse<String> back = browser.comeBack();
        assertThat(back.statusCode()).isEqualTo(303);
        assertThat(back.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
    }
}

package org.mailcaravan.oauth;

/** The addresses of this deployment that a remedy ends with: where the people who run it get the link that is needed next. */
final class NextSteps {
    private final PublicAddress address;

    NextSteps(PublicAddress address) {
        this.address = address;
    }

    /** A sentence to follow the remedy, beginning with a blank; empty if no link helps. */
    String after(WhoActs acts, String registration) {
        return switch (acts) {
            case SIGN_IN ->
                " For the people who run this service: a new connect link comes from "
                        + address.page("AuthenticateUser") + "?userLogin=...&mailServerId=" + registration + ".";
            case ADMINISTRATOR ->
                " For the people who run this service: a link for the administrator comes from "
                        + address.page("AdminConsentLink") + "?registration=" + registration + ".";
            default -> "";
        };
    }
}

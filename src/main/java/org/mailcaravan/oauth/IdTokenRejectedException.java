package org.mailcaravan.oauth;

/** The ID token breaks a rule; the message names the rule and never quotes the token. */
final class IdTokenRejectedException extends Exception {
    private final boolean foreignTenant;

    private IdTokenRejectedException(String rule, boolean foreignTenant) {
        super("id_token: " + rule);
        this.foreignTenant = foreignTenant;
    }

    static IdTokenRejectedException rule(String rule) {
        return new IdTokenRejectedException(rule, false);
    }

    static IdTokenRejectedException tenantNotAllowed() {
        return new IdTokenRejectedException("tid is none of the allowed tenants", true);
    }

    /** Whether the token is genuine and only its tenant may not connect. */
    boolean foreignTenant() {
        return foreignTenant;
    }
}

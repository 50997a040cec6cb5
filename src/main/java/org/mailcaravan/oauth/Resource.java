package org.mailcaravan.oauth;

/** An API that tokens are asked for; one access token serves exactly one of them (Entra ID, AADSTS28000). */
public enum Resource {
    /** Microsoft Graph. */
    GRAPH,
    /** Office 365 Exchange Online, for EWS. */
    EXCHANGE
}

package org.mailcaravan.oauth;

/** Whose turn it is after a refusal of Entra ID. */
enum WhoActs {
    /** Nobody's: it passes by itself, and is tried again after a while. */
    RETRY,
    /** The person who connected the mailbox signs in again. */
    SIGN_IN,
    /** An administrator of the Microsoft 365 tenant changes something there. */
    ADMINISTRATOR,
    /** The people who run this deployment correct the app registration or the settings. */
    CONFIGURATION,
    /** Nothing is to be tried until somebody has looked into it: trying makes it worse. */
    STOP
}

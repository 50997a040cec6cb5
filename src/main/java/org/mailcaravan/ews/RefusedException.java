package org.mailcaravan.ews;

/** EWS refused one call as a whole. Checked, so that every operation decides what that means to it. */
final class RefusedException extends Exception {
    private final transient EwsRefusal refusal;

    RefusedException(EwsRefusal refusal) {
        super(refusal.words());
        this.refusal = refusal;
    }

    EwsRefusal refusal() {
        return refusal;
    }
}

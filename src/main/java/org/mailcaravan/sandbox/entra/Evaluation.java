package org.mailcaravan.sandbox.entra;

/**
 * How an access token takes part in continuous access evaluation.
 *
 * @param continuous its client declared {@code cp1}: it lives long and may be challenged
 * @param met the {@code nbf} of the last claims challenge that it answers, 0 for none
 */
record Evaluation(boolean continuous, long met) {
    static final Evaluation NONE = new Evaluation(false, 0);
}

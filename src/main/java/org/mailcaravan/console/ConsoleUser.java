package org.mailcaravan.console;

/**
 * Somebody who may log in.
 *
 * @param hash of the password
 */
record ConsoleUser(String name, String hash) {
    /** Prints no hash. */
    @Override
    public String toString() {
        return "ConsoleUser[" + name + "]";
    }
}

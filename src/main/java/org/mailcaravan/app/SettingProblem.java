package org.mailcaravan.app;

/**
 * What is wrong with a setting. Never holds the value of a secret.
 *
 * @param name the setting, the variable or the file
 * @param problem a sentence without the name and without a full stop, for example {@code is missing}
 * @param remedy what to do, as a whole sentence
 */
public record SettingProblem(String name, String problem, String remedy) {
    @Override
    public String toString() {
        return name + " " + problem + ". " + remedy;
    }
}

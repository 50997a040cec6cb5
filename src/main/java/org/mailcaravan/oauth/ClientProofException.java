package org.mailcaravan.oauth;

import java.nio.file.Path;
import java.util.Optional;

/** An app registration cannot prove to be itself: a file is missing or cannot be used, a certificate has expired. Nothing was sent. */
public final class ClientProofException extends RuntimeException {
    /** What stands for an AADSTS number where Entra ID was not even asked. */
    static final String CODE = "client_authentication";

    private final String setting;
    private final String problem;
    private final String remedy;

    /**
     * @param setting the setting that names what is wrong
     * @param where the file, for the log; pages must not show it
     * @param problem a sentence without its subject and without a full stop; holds nothing of a file's content
     * @param remedy what the operator must do, as a whole sentence
     */
    ClientProofException(String setting, Optional<Path> where, String problem, String remedy) {
        super(setting + where.map(file -> " (" + file + ")").orElse("") + " " + problem + ". " + remedy);
        this.setting = setting;
        this.problem = problem;
        this.remedy = remedy;
    }

    /** The setting that names what is wrong. */
    public String setting() {
        return setting;
    }

    /** What is wrong, as a sentence without its subject and without a full stop. */
    public String problem() {
        return problem;
    }

    /** What the operator must do. */
    public String remedy() {
        return remedy;
    }

    TokenOutcome.Refused outcome() {
        return new TokenOutcome.Refused(CODE, setting + " " + problem + ". " + remedy);
    }
}

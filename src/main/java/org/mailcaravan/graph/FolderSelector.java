package org.mailcaravan.graph;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an entry of {@code mail.folders} means: a well-known name ({@code inbox}), an id, a path of display names ({@code inbox/Projects/2026}), any of them with
 * {@code /**} behind it for the whole tree, or {@code *} for all folders but those that hold no mail of the owner's choice.
 *
 * @param path names from the top; its first one may be a well-known name or an id
 * @param tree whether everything below is meant as well
 */
record FolderSelector(List<String> path, boolean tree) {
    /** Names that Graph takes wherever it takes the id of a folder (resource type mailFolder). */
    static final Set<String> WELL_KNOWN = Set.of(
            "archive",
            "clutter",
            "conflicts",
            "conversationhistory",
            "deleteditems",
            "drafts",
            "inbox",
            "junkemail",
            "localfailures",
            "msgfolderroot",
            "outbox",
            "recoverableitemsdeletions",
            "scheduled",
            "searchfolders",
            "sentitems",
            "serverfailures",
            "syncissues");

    /** What {@code *} leaves out, with everything below. */
    static final List<String> LEFT_OUT = List.of(
            "conflicts",
            "deleteditems",
            "drafts",
            "junkemail",
            "localfailures",
            "outbox",
            "recoverableitemsdeletions",
            "scheduled",
            "searchfolders",
            "serverfailures",
            "syncissues");

    static FolderSelector of(String entry) {
        boolean tree = entry.endsWith("/**");
        String path = tree ? entry.substring(0, entry.length() - "/**".length()) : entry;
        return new FolderSelector(List.of(path.split("/")), tree);
    }

    boolean isEverything() {
        return !tree && path.equals(List.of("*"));
    }

    /** Whether Graph finds the first name by itself: display names are far shorter than ids, which are base64 for URLs. */
    boolean beginsWithId() {
        return isWellKnown() || path.get(0).matches("[A-Za-z0-9_=-]{60,}");
    }

    /** The first name as Graph takes it: ids as they are, well-known names in lower case. */
    String idOrName() {
        return isWellKnown() ? path.get(0).toLowerCase(Locale.ROOT) : path.get(0);
    }

    private boolean isWellKnown() {
        return WELL_KNOWN.contains(path.get(0).toLowerCase(Locale.ROOT));
    }
}

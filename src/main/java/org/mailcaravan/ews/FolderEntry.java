package org.mailcaravan.ews;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an entry of {@code mail.folders} means to EWS: a distinguished name ({@code inbox}), a folder id as EWS or Graph writes it, a path of display names
 * ({@code inbox/Projects/2026}), any of them with {@code /**} behind it for the whole tree, or {@code *} for all folders but those that hold no mail of the owner's
 * choice.
 *
 * @param reference distinguished name in lower case or id of the folder where the path begins
 * @param path display names below it
 * @param tree whether everything below is meant as well
 */
record FolderEntry(String reference, List<String> path, boolean tree) {
    /** The top of what the owner sees; the display names of other entries begin below it. */
    static final String ROOT = "msgfolderroot";

    /**
     * DistinguishedFolderIdNameType (MS-OXWSFOLD) as far as it names mail folders that can be synchronised. Asking for any other word would be a schema error of the
     * whole request.
     */
    private static final Set<String> DISTINGUISHED = Set.of(
            "inbox",
            "drafts",
            "sentitems",
            "deleteditems",
            "junkemail",
            "outbox",
            ROOT,
            "voicemail",
            "conversationhistory",
            "syncissues",
            "conflicts",
            "localfailures",
            "serverfailures",
            "recoverableitemsdeletions",
            "recoverableitemsversions",
            "recoverableitemspurges",
            "archivemsgfolderroot",
            "archiveinbox",
            "archivedeleteditems");

    /** What {@code *} leaves out, with everything below. */
    static final List<String> LEFT_OUT = List.of(
            "conflicts",
            "deleteditems",
            "drafts",
            "junkemail",
            "localfailures",
            "outbox",
            "serverfailures",
            "syncissues");

    /** Those of them that Exchange makes with the mailbox and lets nobody delete. */
    static final Set<String> ALWAYS_THERE = Set.of("deleteditems", "drafts", "junkemail");

    private static final String TREE = "/**";

    static FolderEntry of(String entry) {
        if (entry.equals("*")) {
            return new FolderEntry(ROOT, List.of(), true);
        }
        boolean tree = entry.endsWith(TREE);
        String folder = tree ? entry.substring(0, entry.length() - TREE.length()) : entry;
        List<String> names = List.of(folder.split("/"));
        if (names.isEmpty()) {
            return new FolderEntry(ROOT, List.of(folder), tree);
        }
        String first = names.get(0).toLowerCase(Locale.ROOT);
        if (isDistinguished(first)) {
            return new FolderEntry(first, names.subList(1, names.size()), tree);
        }
        return isId(folder) ? new FolderEntry(asEwsId(folder), List.of(), tree) : new FolderEntry(ROOT, names, tree);
    }

    static boolean isDistinguished(String reference) {
        return DISTINGUISHED.contains(reference);
    }

    /** Display names are far shorter than ids, which are base64. */
    private static boolean isId(String folder) {
        return folder.matches("[A-Za-z0-9+/_-]{80,}={0,2}");
    }

    /** Graph writes the same id in base64 for URLs. */
    private static String asEwsId(String id) {
        return id.contains("/") || id.contains("+") ? id : id.replace('-', '/').replace('_', '+');
    }

    /** Whether more than the folder of the reference itself is meant. */
    boolean goesDown() {
        return tree || !path.isEmpty();
    }
}

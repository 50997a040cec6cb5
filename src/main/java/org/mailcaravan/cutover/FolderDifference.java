package org.mailcaravan.cutover;

import java.util.List;

/**
 * One entry of {@code mail.folders} as both protocols show it at the same time.
 *
 * @param entry the entry, for example {@code inbox}
 * @param onlyEws EWS ids of messages that Graph does not show there
 * @param onlyGraph Graph ids of messages that EWS does not show there
 * @param wouldBeNew Graph ids of messages that the ledger does not know: a switch at this moment would deliver them
 * @param compared how many messages were compared byte by byte
 * @param differing those of them that differ
 */
public record FolderDifference(
        String entry,
        int byEws,
        int byGraph,
        List<String> onlyEws,
        List<String> onlyGraph,
        List<String> wouldBeNew,
        int compared,
        List<Content> differing) {
    /** A message whose content differs. @param differences in words that quote no mail */
    public record Content(String graphId, List<String> differences) {}

    /** Whether both protocols show the same; what would be new is no difference. */
    public boolean same() {
        return onlyEws.isEmpty() && onlyGraph.isEmpty() && differing.isEmpty();
    }
}

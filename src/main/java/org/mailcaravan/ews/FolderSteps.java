package org.mailcaravan.ews;

/** Folders, by id or distinguished name. */
final class FolderSteps {
    private static final FolderRef TOP = FolderRef.of("msgfolderroot");

    private FolderSteps() {}

    static void list(EwsInvocation in) {
        boolean deep = in.find(EwsConstants.RECURSIVE, in.options().isRecursive())
                .map(Boolean::parseBoolean)
                .orElse(false);
        EwsRequest request = in.wire().requests().findFolder(in.folder().orElse(TOP), deep, in.page());
        in.answer(in.wire().call(request, OperationAnswers.folders()));
    }

    static void get(EwsInvocation in) {
        in.answer(in.wire().call(in.wire().requests().getFolder(in.requireFolder()), OperationAnswers.folder()));
    }

    /** While the header NextLink is there, further changes wait. */
    static void sync(EwsInvocation in) {
        EwsRequest request = in.wire()
                .requests()
                .syncFolderHierarchy(
                        in.folder(),
                        in.find(EwsConstants.SYNC_STATE, in.options().getSyncState()));
        in.answer(in.wire().call(request, OperationAnswers.hierarchy()));
    }
}

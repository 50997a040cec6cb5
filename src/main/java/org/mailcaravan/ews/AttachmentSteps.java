package org.mailcaravan.ews;

/** Attachments of a message: files, items and references. */
final class AttachmentSteps {
    private AttachmentSteps() {}

    static void list(EwsInvocation in) {
        EwsRequest request = in.wire().requests().getAttachments(in.itemId());
        in.answerList(in.wire().call(request, OperationAnswers.attachments()));
    }

    static void get(EwsInvocation in) {
        EwsRequest request = in.wire().requests().getAttachment(in.attachmentId(), false);
        in.answer(in.wire().download(request, OperationAnswers.attachment()));
    }

    static void content(EwsInvocation in) {
        EwsRequest request = in.wire().requests().getAttachment(in.attachmentId(), true);
        in.answerContent(out -> in.wire().download(request, OperationAnswers.attachmentContent(out)));
    }
}

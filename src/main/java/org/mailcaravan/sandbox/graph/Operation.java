package org.mailcaravan.sandbox.graph;

import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Answers one method on one kind of resource. */
@FunctionalInterface
interface Operation {
    /** @throws GraphError for every other end than the wanted one */
    Reply answer(Call call);

    /** An operation on a mailbox that the caller may use. */
    @FunctionalInterface
    interface OnMailbox {
        /** @throws GraphError for every other end than the wanted one */
        Reply answer(SandboxMailbox mailbox, Call call);
    }
}

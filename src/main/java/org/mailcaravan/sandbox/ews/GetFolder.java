package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Set;
import org.mailcaravan.sandbox.mail.SandboxFolder;

/** GetFolder: {@code m:GetFolder{ m:FolderShape, m:FolderIds }}. */
final class GetFolder {
    private GetFolder() {}

    static Operation.Answer prepare(EwsCall call) {
        Set<FolderField> fields = FolderField.of(call.operation().get("m:FolderShape"), call.version());
        List<Outcome<SandboxFolder>> folders = new FolderLookup(call).findAll("m:FolderIds");
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            for (Outcome<SandboxFolder> folder : folders) {
                if (folder.value().isPresent()) {
                    SandboxFolder found = folder.value().get();
                    messages.success(payload -> {
                        payload.start("m:Folders");
                        FolderField.write(payload, call.mailbox(), found, fields);
                        payload.end();
                    });
                } else {
                    messages.failure(folder.problem().orElseThrow());
                }
            }
            messages.end();
        };
    }
}

package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Set;

/** GetFolder: {@code m:GetFolder{ m:FolderShape, m:FolderIds }}. */
final class GetFolder {
    private GetFolder() {}

    static Operation.Answer prepare(EwsCall call) {
        Set<FolderField> fields = FolderField.of(call.operation().get("m:FolderShape"), call.version());
        List<Outcome<LocatedFolder>> folders = new FolderLookup(call).findAll("m:FolderIds");
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            for (Outcome<LocatedFolder> folder : folders) {
                if (folder.value().isPresent()) {
                    LocatedFolder found = folder.value().get();
                    messages.success(payload -> {
                        payload.start("m:Folders");
                        FolderField.write(payload, found.mailbox(), found.folder(), fields);
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

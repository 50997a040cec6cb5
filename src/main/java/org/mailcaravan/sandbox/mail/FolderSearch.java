package org.mailcaravan.sandbox.mail;

import java.util.List;

/**
 * What a search folder shows. The mailbox knows the folders; the filter is for whoever lists them.
 *
 * @param sourceIds folders that are searched, by id or well-known name
 * @param nested whether the folders in them are searched too
 * @param filter OData filter
 */
public record FolderSearch(List<String> sourceIds, boolean nested, String filter) {
    public FolderSearch {
        sourceIds = List.copyOf(sourceIds);
    }
}

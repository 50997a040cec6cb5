package org.mailcaravan.app;

import java.util.Optional;

/**
 * A name of a setting, which may be that of one app registration.
 *
 * @param key in full, for example {@code oauth.partner.tenant}
 */
record SettingName(Setting setting, String key) {
    /** The name for a file with this secret, if there may be one. */
    Optional<String> fileKey() {
        return setting.fileKey().map(any -> key + "-file");
    }
}

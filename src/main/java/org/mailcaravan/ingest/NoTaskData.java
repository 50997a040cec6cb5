package org.mailcaravan.ingest;

import com.github.kagkarlsson.scheduler.serializer.Serializer;
import org.jspecify.annotations.Nullable;

/** Our tasks carry no data beside their name, so that nothing is ever deserialised from the database. */
final class NoTaskData implements Serializer {
    @Override
    public byte[] serialize(@Nullable Object data) {
        if (data != null) {
            throw new IllegalArgumentException("tasks carry no data but got " + data.getClass());
        }
        return new byte[0];
    }

    @Override
    public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > 0) {
            throw new IllegalStateException("a scheduled task carries data that no version of this program writes");
        }
        return null;
    }
}

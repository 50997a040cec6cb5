package org.mailcaravan.ingest;

/**
 * A claim check: bytes that are durable in the content store.
 *
 * @param name where they are, relative to the store
 * @param size in bytes
 * @param sha256 lower-case hexadecimal digest of the bytes
 */
public record StoredContent(String name, long size, String sha256) {}

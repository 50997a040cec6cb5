package org.mailcaravan.sandbox.mail;

/**
 * Counts of one folder at one moment.
 *
 * @param total messages
 * @param unread messages not read
 * @param childFolders direct children
 */
public record FolderCounts(int total, int unread, int childFolders) {}

package org.mailcaravan.credential;

import java.time.Instant;

/**
 * How much a key has encrypted.
 *
 * @param uses encryptions, counted by all processes; rounded by up to {@value JdbcKeyUses#BLOCK} for each of them
 * @param lastUsedAt when it last encrypted; up to a minute more
 */
record KeyUse(long uses, Instant lastUsedAt) {}

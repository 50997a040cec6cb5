/** One data source, one schema, one way to run a transaction; H2 on one machine, PostgreSQL for replicas. */
@NullMarked
package org.mailcaravan.database;

import org.jspecify.annotations.NullMarked;

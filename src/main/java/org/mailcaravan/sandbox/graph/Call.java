package org.mailcaravan.sandbox.graph;

/** One request, with who asks and what it names. */
record Call(GraphRequest request, GraphPath path, Caller caller, RequestBody body) {}

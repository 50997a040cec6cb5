package org.mailcaravan.oauth;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The figures of {@link AccessTokenBenchmark}, and whether they are what is promised. */
public final class AccessTokenFigures {
    private static final double MOST_NANOSECONDS = 2_000;
    private static final double LEAST_RATIO = 20;
    private static final double SAME_BYTES = 1;

    private AccessTokenFigures() {}

    /** Measures; {@code promise_kept} tells whether the goals are met. */
    public static Map<String, Object> measure() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(AccessTokenBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .build())
                .run();
        return figures(results);
    }

    private static Map<String, Object> figures(Collection<RunResult> results) {
        double few = nanoseconds(results, "cached", "2");
        double many = nanoseconds(results, "cached", "100");
        double ratio = nanoseconds(results, "msalSilent", "2") / few;
        double fewBytes = bytes(results, "cached", "2");
        double manyBytes = bytes(results, "cached", "100");
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cached_ns_2_scopes", few);
        all.put("cached_ns_100_scopes", many);
        all.put("cached_bytes_2_scopes", fewBytes);
        all.put("cached_bytes_100_scopes", manyBytes);
        all.put("msal4j_silent_ns_2_scopes", nanoseconds(results, "msalSilent", "2"));
        all.put("msal4j_silent_ns_100_scopes", nanoseconds(results, "msalSilent", "100"));
        all.put("msal4j_silent_bytes_2_scopes", bytes(results, "msalSilent", "2"));
        all.put("msal4j_silent_bytes_100_scopes", bytes(results, "msalSilent", "100"));
        all.put("ratio_to_peer", ratio);
        all.put(
                "promise_kept",
                few <= MOST_NANOSECONDS
                        && many <= MOST_NANOSECONDS
                        && ratio >= LEAST_RATIO
                        && Math.abs(fewBytes - manyBytes) < SAME_BYTES);
        return all;
    }

    private static double nanoseconds(Collection<RunResult> results, String method, String scopes) {
        return of(results, method, scopes).getPrimaryResult().getScore();
    }

    /** Per call, as the profiler of allocations normalises it. */
    private static double bytes(Collection<RunResult> results, String method, String scopes) {
        return of(results, method, scopes).getSecondaryResults().entrySet().stream()
                .filter(one -> one.getKey().endsWith("gc.alloc.rate.norm"))
                .mapToDouble(one -> one.getValue().getScore())
                .findFirst()
                .orElseThrow();
    }

    private static RunResult of(Collection<RunResult> results, String method, String scopes) {
        return results.stream()
                .filter(one -> one.getParams().getBenchmark().endsWith("." + method)
                        && one.getParams().getParam("scopes").equals(scopes))
                .findFirst()
                .orElseThrow();
    }
}

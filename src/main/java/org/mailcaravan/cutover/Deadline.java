package org.mailcaravan.cutover;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A day from which EWS in Exchange Online does less.
 *
 * @param what happens then
 * @see <a href="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online">Deprecation of EWS in Exchange
 *     Online</a>
 */
public record Deadline(LocalDate day, String what) {
    /** Microsoft's waves, as announced on 2026-02-05; their last day is a setting. */
    private static final List<Deadline> WAVES = List.of(
            new Deadline(
                    LocalDate.of(2026, 10, 1),
                    "wave by wave, tenants whose EwsEnabled is not set become False; with True only the app ids on EwsAllowedAppIDs pass"));

    static List<Deadline> all(Optional<LocalDate> retiresOn) {
        return retiresOn
                .map(day -> Stream.concat(
                                WAVES.stream(),
                                Stream.of(new Deadline(day, "EWS ends for good; no setting brings it back")))
                        .toList())
                .orElse(List.of());
    }

    /** Whole days until then, negative if it is past. */
    public long daysFrom(LocalDate today) {
        return ChronoUnit.DAYS.between(today, day);
    }
}

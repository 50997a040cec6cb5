package org.mailcaravan.sandbox.entra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.AppRegistration;

/** Device codes in circulation (RFC 8628). Thread-safe. */
final class DeviceCodes {
    static final Duration LIFE = Duration.ofMinutes(15);

    private static final Duration REMEMBERED = Duration.ofHours(24);

    /** What the person said. */
    enum Answer {
        NONE,
        ACCEPTED,
        DECLINED
    }

    /**
     * A code.
     *
     * @param tenant as the request's path named it
     * @param grant present once somebody accepted
     * @param polled when the client last asked
     */
    record Device(
            String deviceCode,
            String userCode,
            String tenant,
            AppRegistration app,
            Scopes scopes,
            Instant expires,
            Answer answer,
            Optional<Grant> grant,
            Optional<Instant> polled) {

        Device answered(Answer given, Optional<Grant> granted) {
            return new Device(deviceCode, userCode, tenant, app, scopes, expires, given, granted, polled);
        }

        Device polled(Instant now) {
            return new Device(deviceCode, userCode, tenant, app, scopes, expires, answer, grant, Optional.of(now));
        }

        Device expired(Instant now) {
            return new Device(deviceCode, userCode, tenant, app, scopes, now, answer, grant, polled);
        }

        @Override
        public String toString() {
            return "Device[" + app + ", " + answer + "]";
        }
    }

    private final Clock clock;
    private final Knobs knobs;
    private final Map<String, Device> byDeviceCode = new ConcurrentHashMap<>();

    DeviceCodes(Clock clock, Knobs knobs) {
        this.clock = clock;
        this.knobs = knobs;
    }

    Device issue(String tenant, AppRegistration app, Scopes scopes) {
        Instant now = clock.instant();
        byDeviceCode.values().removeIf(old -> old.expires().plus(REMEMBERED).isBefore(now));
        Device device = new Device(
                Secrets.deviceCode(),
                Secrets.userCode(),
                tenant,
                app,
                scopes,
                now.plus(LIFE),
                Answer.NONE,
                Optional.empty(),
                Optional.empty());
        byDeviceCode.put(device.deviceCode(), device);
        return device;
    }

    /** One that still waits, by what the person typed; letter case and blanks do not count. */
    Optional<Device> findWaiting(String typed) {
        String userCode = typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
        return byDeviceCode.values().stream()
                .filter(device -> device.userCode().equals(userCode))
                .filter(device ->
                        device.answer() == Answer.NONE && clock.instant().isBefore(device.expires()))
                .findFirst();
    }

    /** Records what the person said; only the first answer counts. */
    void answer(Device device, Answer given, Optional<Grant> grant) {
        byDeviceCode.computeIfPresent(
                device.deviceCode(),
                (code, known) -> known.answer() == Answer.NONE ? known.answered(given, grant) : known);
    }

    /**
     * What the client gets for asking.
     *
     * @throws AuthorityException 70018 unknown code, 70019 expired, 70016 still waiting, or too early for that, 65004 declined
     */
    Grant poll(String deviceCode, AppRegistration app) throws AuthorityException {
        Instant now = clock.instant();
        Device device = Optional.ofNullable(byDeviceCode.get(deviceCode))
                .filter(known -> known.app().clientId().equals(app.clientId()))
                .orElseThrow(() -> Aadsts.of(70018));
        if (!now.isBefore(device.expires())) {
            throw Aadsts.of(70019);
        }
        byDeviceCode.computeIfPresent(deviceCode, (code, known) -> known.polled(now));
        return switch (device.answer()) {
            case DECLINED -> throw Aadsts.of(65004).as("authorization_declined");
            case ACCEPTED -> device.grant().orElseThrow();
            case NONE -> throw waiting(device, now);
        };
    }

    private AuthorityException waiting(Device device, Instant now) {
        Duration interval = knobs.pollingInterval();
        boolean early =
                device.polled().map(last -> now.isBefore(last.plus(interval))).orElse(false);
        return early && knobs.saysSlowDown() ? Aadsts.of(70016).as("slow_down") : Aadsts.of(70016);
    }

    /** @return whether it was not used before */
    boolean use(String deviceCode) {
        return byDeviceCode.remove(deviceCode) != null;
    }

    void expireAll() {
        byDeviceCode.replaceAll((code, device) -> device.expired(clock.instant()));
    }
}

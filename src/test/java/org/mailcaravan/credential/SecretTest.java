package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void equalTextsAreEqualSecrets() {
        assertThat(Secret.of("one")).isEqualTo(Secret.of("one")).hasSameHashCodeAs(Secret.of("one"));
        assertThat(Secret.of("one")).isNotEqualTo(Secret.of("two")).isNotEqualTo("one");
    }

    /** S30: never in a toString. */
    @Test
    void nothingThatHoldsASecretPrintsIt() {
        assertThat(Secret.of(CANARY)).hasToString("Secret[13 characters]");
        assertThat(Credentials.GRAPH_TOKEN.toString()).doesNotContain(CANARY);
        assertThat(aCredential().toString()).doesNotContain(CANARY);
    }

    @Test
    void aBlankSecretIsNone() {
        assertThatThrownBy(() -> Secret.of(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}

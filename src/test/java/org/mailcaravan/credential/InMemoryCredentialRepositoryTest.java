package org.mailcaravan.credential;

class InMemoryCredentialRepositoryTest implements CredentialRepositoryContract {
    private final CredentialRepository testee = new InMemoryCredentialRepository();

    @Override
    public CredentialRepository testee() {
        return testee;
    }
}

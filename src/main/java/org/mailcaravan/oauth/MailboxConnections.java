package org.mailcaravan.oauth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;

/** Bean {@code mailboxConnections}: connecting without a browser here, and disconnecting. For callers of the same process that are authorized. Thread-safe. */
public final class MailboxConnections {
    private final ApplicationMailboxes applications;
    private final DeviceConnect device;
    private final Disconnecting disconnecting;

    MailboxConnections(ApplicationMailboxes applications, DeviceConnect device, Disconnecting disconnecting) {
        this.applications = applications;
        this.device = device;
        this.disconnecting = disconnecting;
    }

    /**
     * Connects mailboxes that the application reads as itself, each with its own result.
     *
     * @param registration our name of an app registration whose mode is app-only
     * @param mailboxes an address alone needs the application permission {@code User.ReadBasic.All}; without it name the object id, for EWS both
     * @param protocol {@code auto} means Graph
     * @throws org.mailcaravan.database.DatabaseException if the database fails; the mailboxes before are connected
     */
    public Map<MailboxName, ConnectResult> connectApplication(
            String registration, List<MailboxName> mailboxes, ConnectProtocol protocol) {
        return applications.connect(registration, mailboxes, protocol);
    }

    /**
     * Begins a sign-in on another device.
     *
     * @param registration our name of an app registration whose mode is device
     * @param protocol {@code auto} means Graph
     * @throws ConnectEndedException if no code can be had; {@link ConnectEndedException#remedy()} says what to do
     */
    public DeviceSignIn beginDevice(String registration, ConnectProtocol protocol) {
        return device.begin(registration, protocol);
    }

    /** Asks whether the person is done; at most once per interval, earlier calls ask nobody. Call it until it is {@link DevicePoll.Ended}. */
    public DevicePoll pollDevice(DeviceSignIn signIn) {
        return device.poll(signIn);
    }

    /**
     * Takes a mailbox out, in one transaction: it is no longer read, and its secrets are erased if no other mailbox needs them.
     *
     * @param mail whether what was taken from it stays and is still delivered, or goes too
     * @return empty if there is no such mailbox
     */
    public Optional<Disconnected> disconnect(MailboxId mailbox, MailboxDirectory.Mail mail) {
        return disconnecting.disconnect(mailbox, mail);
    }
}

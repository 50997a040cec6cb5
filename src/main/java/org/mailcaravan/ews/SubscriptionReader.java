package org.mailcaravan.ews;

import java.io.IOException;
import java.util.Optional;

/** Reads the answer to Subscribe: the name of the subscription. */
final class SubscriptionReader implements EwsClient.Reader<String> {
    private static final int LONGEST_ID = 2048;

    @Override
    public String read(XmlPull xml, String requestId) throws IOException, RefusedException {
        xml.require(xml.depth(), "m:SubscribeResponseMessage");
        ResponseHead head = ResponseHead.begin(xml, "Subscribe", requestId);
        Optional<String> id = Optional.empty();
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && xml.localName().equals("SubscriptionId")) {
                id = Optional.of(xml.text().trim());
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        xml.finish();
        return id.filter(name -> !name.isEmpty() && name.length() <= LONGEST_ID)
                .orElseThrow(() -> new BrokenXmlException("there is no SubscriptionId"));
    }
}

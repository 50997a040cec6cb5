package org.mailcaravan.sandbox.ews;

import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.Permission;

/**
 * One of the two places where the organisation's mailboxes may be.
 *
 * @param path under which the server has EWS
 * @param audience of the tokens that it accepts
 */
record EwsSite(String path, String audience, boolean onPremises) {
    static final EwsSite ONLINE = new EwsSite("/EWS/Exchange.asmx", Permission.EXCHANGE, false);
    static final EwsSite ON_PREMISES = new EwsSite("/onpremises/EWS/Exchange.asmx", Permission.EXCHANGE_SERVER, true);

    /** {@code s:Header} with the version of the server: Exchange Online, or Exchange Server SE. */
    void writeHeader(SoapWriter out) throws XMLStreamException {
        out.start("s:Header").start("t:ServerVersionInfo");
        out.attribute("MajorVersion", 15).attribute("MinorVersion", onPremises ? 2 : 20);
        out.attribute("MajorBuildNumber", onPremises ? 2562 : 9320).attribute("MinorBuildNumber", onPremises ? 17 : 16);
        out.attribute("Version", onPremises ? "V2017_07_11" : "V2018_01_08");
        out.end().end();
    }
}

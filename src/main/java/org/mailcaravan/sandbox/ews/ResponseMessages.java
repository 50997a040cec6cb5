package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** {@code m:<Operation>Response{ m:ResponseMessages{ … } }}: one message per thing asked, in the order asked. */
final class ResponseMessages {
    private static final Map<String, String> CONTAINERS = Map.of(
            "m:GetItem", "m:Items",
            "m:UpdateItem", "m:Items",
            "m:MoveItem", "m:Items",
            "m:CopyItem", "m:Items",
            "m:GetFolder", "m:Folders",
            "m:CreateFolder", "m:Folders",
            "m:UpdateFolder", "m:Folders",
            "m:MoveFolder", "m:Folders",
            "m:GetAttachment", "m:Attachments");

    private final SoapWriter out;
    private final String operation;
    private final Distortion distortion;
    private int index;

    private ResponseMessages(SoapWriter out, EwsCall call) {
        this.out = out;
        this.operation = call.operation().name();
        this.distortion = call.distortion();
    }

    static ResponseMessages begin(SoapWriter out, EwsCall call) throws XMLStreamException {
        ResponseMessages messages = new ResponseMessages(out, call);
        out.start(messages.operation + "Response").start("m:ResponseMessages");
        return messages;
    }

    /** Writes what is in a success. */
    @FunctionalInterface
    interface Payload<T> {
        void write(SoapWriter out, T value) throws XMLStreamException, IOException;
    }

    /** One message per outcome. */
    static <T> Operation.Answer answer(EwsCall call, List<Outcome<T>> outcomes, Payload<T> payload) {
        return out -> {
            ResponseMessages messages = begin(out, call);
            for (Outcome<T> outcome : outcomes) {
                if (outcome.value().isPresent()) {
                    T value = outcome.value().get();
                    messages.success(inner -> payload.write(inner, value));
                } else {
                    messages.failure(outcome.problem().orElseThrow());
                }
            }
            messages.end();
        };
    }

    /** A success, unless the fault plan wants this one to fail. */
    void success(Operation.Answer payload) throws XMLStreamException, IOException {
        Optional<Problem> planned = distortion.problemAt(index);
        if (planned.isPresent()) {
            failure(planned.get());
            return;
        }
        index++;
        out.start(operation + "ResponseMessage").attribute("ResponseClass", "Success");
        out.element("m:ResponseCode", "NoError");
        payload.write(out);
        out.end();
    }

    void failure(Problem problem) throws XMLStreamException {
        index++;
        out.start(operation + "ResponseMessage");
        out.attribute("ResponseClass", problem.isWarning() ? "Warning" : "Error");
        out.element("m:MessageText", problem.text());
        out.element("m:ResponseCode", problem.code());
        out.element("m:DescriptiveLinkKey", 0);
        writeValues(out, problem);
        writeEmptyPayload();
        out.end();
    }

    static void writeValues(SoapWriter out, Problem problem) throws XMLStreamException {
        if (problem.values().isEmpty()) {
            return;
        }
        out.start("m:MessageXml");
        for (Map.Entry<String, String> value : problem.values().entrySet()) {
            out.start("t:Value").attribute("Name", value.getKey());
            out.text(value.getValue()).end();
        }
        out.end();
    }

    /** What these operations send along is there, and empty, in failures too. */
    private void writeEmptyPayload() throws XMLStreamException {
        String container = CONTAINERS.getOrDefault(operation, "");
        if (!container.isEmpty()) {
            out.start(container).end();
        }
    }

    void end() throws XMLStreamException {
        out.end().end();
    }
}

package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One element of a request.
 *
 * @param name short name, see {@link Namespaces}
 * @param attributes by local name, without namespace declarations
 * @param text character content, joined
 */
record XmlElement(String name, Map<String, String> attributes, List<XmlElement> children, String text, Place place) {

    /** Where it starts, both from 1. */
    record Place(int line, int position) {}

    XmlElement {
        attributes = Map.copyOf(attributes);
        children = List.copyOf(children);
    }

    Optional<XmlElement> find(String child) {
        return children.stream().filter(element -> element.name.equals(child)).findFirst();
    }

    /** A child that the schema check has proved to be there. */
    XmlElement get(String child) {
        return find(child).orElseThrow(() -> new IllegalStateException(name + " without " + child));
    }

    Optional<String> findText(String child) {
        return find(child).map(XmlElement::text).map(String::strip);
    }

    Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    /** An attribute that the schema check has proved to be there. */
    String get(String child, String attribute) {
        return get(child).attributes.getOrDefault(attribute, "");
    }

    /** {@code Id} of this reference. */
    String id() {
        return attributes.getOrDefault("Id", "");
    }
}

package org.mailcaravan.sandbox.ews;

/** How much a shape brings by itself. */
enum BaseShape {
    ID_ONLY,
    DEFAULT,
    ALL_PROPERTIES;

    static BaseShape of(XmlElement shape) {
        String name = shape.get("t:BaseShape").text().strip();
        return name.equals("IdOnly") ? ID_ONLY : name.equals("Default") ? DEFAULT : ALL_PROPERTIES;
    }
}

package org.mailcaravan.sandbox.ews;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an answer says of each item.
 *
 * @param fields in schema order
 * @param bodyType {@code Best}, {@code HTML} or {@code Text}
 * @param version of the schema that the client knows
 */
record ItemShape(Set<ItemField> fields, List<ExtendedField> extended, String bodyType, ServerVersion version) {

    /** For GetItem: anything may be asked. */
    static Outcome<ItemShape> full(XmlElement shape, ServerVersion version) {
        EnumSet<ItemField> fields = ItemField.of(BaseShape.of(shape), version);
        if (wantsMime(shape)) {
            fields.add(ItemField.MIME_CONTENT);
        }
        return withAdditional(shape, fields, version);
    }

    /** For FindItem and SyncFolderItems: body, attachments and MIME are refused. */
    static Outcome<ItemShape> summary(XmlElement shape, ServerVersion version) {
        EnumSet<ItemField> fields = ItemField.of(BaseShape.of(shape), version);
        fields.removeIf(ItemField::isDetail);
        Outcome<ItemShape> outcome = withAdditional(shape, fields, version);
        boolean detailed = wantsMime(shape)
                || outcome.value()
                        .filter(parsed -> parsed.fields.stream().anyMatch(ItemField::isDetail))
                        .isPresent();
        return detailed
                ? Outcome.failed(new Problem(
                        "ErrorInvalidPropertyRequest",
                        "Body, attachments and MIME content cannot be returned by this operation; use GetItem."))
                : outcome;
    }

    static boolean wantsMime(XmlElement shape) {
        return shape.findText("t:IncludeMimeContent")
                .filter(text -> text.equals("true") || text.equals("1"))
                .isPresent();
    }

    private static Outcome<ItemShape> withAdditional(
            XmlElement shape, EnumSet<ItemField> fields, ServerVersion version) {
        List<ExtendedField> extended = new ArrayList<>();
        Optional<XmlElement> additional = shape.find("t:AdditionalProperties");
        for (XmlElement uri : additional.map(XmlElement::children).orElse(List.of())) {
            if (uri.name().equals("t:ExtendedFieldURI")) {
                Outcome<ExtendedField> field = ExtendedField.of(uri);
                if (field.problem().isPresent()) {
                    return field.recast();
                }
                field.value().ifPresent(extended::add);
            } else {
                uri.attribute("FieldURI").flatMap(ItemField::find).ifPresent(fields::add);
            }
        }
        String bodyType = shape.findText("t:BodyType").orElse("Best");
        return Outcome.of(new ItemShape(fields, List.copyOf(extended), bodyType, version));
    }
}

package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.mailcaravan.sandbox.SandboxUser;

/** A user as Graph shows it (resource type user, its default properties). */
final class PersonView {
    private static final Set<String> PROPERTIES = Set.of(
            "businessPhones",
            "displayName",
            "givenName",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
            "id");

    private PersonView() {}

    static ObjectNode of(SandboxUser user, GraphRequest request) {
        Selection selection = Selection.parse(request.option("select"), PROPERTIES, "microsoft.graph.user");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", request.root() + "/$metadata#users/$entity");
        json.putArray("businessPhones");
        json.put("displayName", user.displayName());
        json.putNull("givenName");
        json.putNull("jobTitle");
        json.put("mail", user.userPrincipalName());
        json.putNull("mobilePhone");
        json.putNull("officeLocation");
        json.putNull("preferredLanguage");
        json.putNull("surname");
        json.put("userPrincipalName", user.userPrincipalName());
        json.put("id", user.objectId());
        PROPERTIES.stream().filter(selection::leavesOut).forEach(json::remove);
        return json;
    }
}

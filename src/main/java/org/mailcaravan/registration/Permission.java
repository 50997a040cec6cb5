package org.mailcaravan.registration;

/**
 * The permissions we may ask for, with the ids that app manifests know them by (Microsoft Graph permissions reference; for Exchange Online "Authenticate an EWS
 * application by using OAuth"). Ids are the same in every tenant and cloud.
 */
public enum Permission {
    OPENID(Api.GRAPH, "openid", false, "37f7f235-527c-4136-accd-4a02d197296e"),
    PROFILE(Api.GRAPH, "profile", false, "14dad69e-099b-42c9-810b-d002981feec1"),
    OFFLINE_ACCESS(Api.GRAPH, "offline_access", false, "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"),
    USER_READ(Api.GRAPH, "User.Read", false, "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    MAIL_READ(Api.GRAPH, "Mail.Read", false, "570282fd-fa5c-430d-a7fd-fc8dc98a9dca"),
    MAIL_READ_SHARED(Api.GRAPH, "Mail.Read.Shared", false, "7b9103a5-4610-446b-9670-80643382c1fa"),
    MAIL_READ_WRITE(Api.GRAPH, "Mail.ReadWrite", false, "024d486e-b451-40bb-833d-3e66d98c5c73"),
    MAIL_READ_WRITE_SHARED(Api.GRAPH, "Mail.ReadWrite.Shared", false, "5df07973-7d5d-46ed-9847-1271055cbd51"),
    EWS_AS_USER(Api.EXCHANGE, "EWS.AccessAsUser.All", false, "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5"),
    MAIL_READ_AS_APPLICATION(Api.GRAPH, "Mail.Read", true, "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
    MAIL_READ_WRITE_AS_APPLICATION(Api.GRAPH, "Mail.ReadWrite", true, "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
    EWS_AS_APPLICATION(Api.EXCHANGE, "full_access_as_app", true, "dc890d15-9560-4a4c-9b7f-a736ec74ec40");

    /** An API that permissions are for, as an application of Microsoft's. */
    enum Api {
        GRAPH("00000003-0000-0000-c000-000000000000"),
        EXCHANGE("00000002-0000-0ff1-ce00-000000000000");

        private final String appId;

        Api(String appId) {
            this.appId = appId;
        }

        String appId() {
            return appId;
        }
    }

    private final Api api;
    private final String word;
    private final boolean role;
    private final String id;

    Permission(Api api, String word, boolean role, String id) {
        this.api = api;
        this.word = word;
        this.role = role;
        this.id = id;
    }

    /** As portals, consent pages and scopes spell it, without the resource. */
    public String word() {
        return word;
    }

    Api api() {
        return api;
    }

    /** Whether it is an application permission (an app role), else a delegated one (a scope). */
    boolean role() {
        return role;
    }

    /** {@code Role} or {@code Scope}, as manifests say. */
    String type() {
        return role ? "Role" : "Scope";
    }

    String id() {
        return id;
    }
}

package org.mailcaravan.sandbox.ews;

import static org.mailcaravan.sandbox.ews.SchemaTable.PATH;

import java.util.List;

/** Restrictions (MS-OXWSSRCH): which rows a search finds. */
final class SearchSchema {
    private static final List<String> COMPARISONS = List.of(
            "t:IsEqualTo",
            "t:IsNotEqualTo",
            "t:IsGreaterThan",
            "t:IsGreaterThanOrEqualTo",
            "t:IsLessThan",
            "t:IsLessThanOrEqualTo");
    private static final String EXPRESSION = String.join("|", COMPARISONS) + "|t:Contains|t:Exists|t:And|t:Or|t:Not";

    private SearchSchema() {}

    static void addTo(SchemaTable table) {
        table.model("m:Restriction", EXPRESSION);
        table.model("t:And", EXPRESSION + " " + EXPRESSION + "+");
        table.model("t:Or", EXPRESSION + " " + EXPRESSION + "+");
        table.model("t:Not", EXPRESSION);
        COMPARISONS.forEach(comparison -> table.model(comparison, PATH + " t:FieldURIOrConstant"));
        table.model("t:FieldURIOrConstant", PATH + "|t:Constant");
        table.empty("t:Constant", "Value", ".*");
        table.model("t:Exists", PATH);
        table.model("t:Contains", PATH + " t:Constant");
        table.attributes(
                "t:Contains",
                "ContainmentMode?",
                "FullString|Prefixed|Substring|PrefixOnWords|ExactPhrase",
                "ContainmentComparison?",
                "Exact|IgnoreCase|IgnoreNonSpacingCharacters|Loose|IgnoreCaseAndNonSpacingCharacters"
                        + "|LooseAndIgnoreCase|LooseAndIgnoreNonSpace|LooseAndIgnoreCaseAndIgnoreNonSpace");
    }
}

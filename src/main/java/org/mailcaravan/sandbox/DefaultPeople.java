package org.mailcaravan.sandbox;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The staff of the made-up company, Caravan Robotics. */
final class DefaultPeople {
    record Person(String localPart, String displayName) {}

    private static final List<Person> STAFF = List.of(
            new Person("support", "Customer Support"),
            new Person("billing", "Billing"),
            new Person("sales", "Sales"),
            new Person("ada.sorensen", "Ada Sørensen"),
            new Person("kenji.mori", "森 健二"),
            new Person("layla.haddad", "ليلى حداد"));

    private DefaultPeople() {}

    /** The staff above, then numbered mailboxes. */
    static List<Person> first(int number) {
        Stream<Person> numbered =
                IntStream.rangeClosed(STAFF.size() + 1, number).mapToObj(n -> new Person("user" + n, "User " + n));
        return Stream.concat(STAFF.stream(), numbered).limit(number).toList();
    }
}

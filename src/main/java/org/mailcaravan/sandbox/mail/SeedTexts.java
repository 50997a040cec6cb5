package org.mailcaravan.sandbox.mail;

import java.util.List;

/** Words of the seeded mail: invented people, companies and complaints. */
final class SeedTexts {
    private static final List<MailAddress> SENDERS = List.of(
            new MailAddress("Ottilie Feldmann", "o.feldmann@nordlicht-raeder.example"),
            new MailAddress("Jasper Quill", "jasper.quill@orchard-pine.example"),
            new MailAddress("佐倉 みなと", "m.sakura@kaze-trading.example"),
            new MailAddress("سلمى الناصر", "salma@nakhla-logistics.example"),
            new MailAddress("Bruno Käfer", "bruno.kaefer@muehlbach-werkzeug.example"),
            new MailAddress("", "no-reply@parcelpuffin.example"),
            new MailAddress("Ines Taverne", "ines.taverne@petit-phare.example"),
            new MailAddress("Web shop", "orders@tinhat-toys.example"),
            new MailAddress("Odd Lindqvist", "odd.lindqvist@fjordbarn.example"),
            new MailAddress("Marisol Vega", "mvega@tresolivos.example"));

    private static final String[] ENGLISH = {
        "Order {n} arrived damaged",
        "Question about invoice {n}",
        "Re: Re: Delivery date for order {n}?",
        "Cannot sign in since Monday",
        "Return label for parcel {n}",
        "Your quotation {n}",
        "Fwd: complaint from our branch office",
        "Please update our billing address"
    };
    private static final String[] GERMAN = {
        "Rückfrage zur Rechnung {n} – überfällig?",
        "Größe falsch geliefert, bitte um Umtausch ({n})",
        "AW: Prüfbericht für die Anlage in Gößnitz",
        "Kündigung der Wartung zum nächstmöglichen Zeitpunkt"
    };
    private static final String[] JAPANESE = {
        "ご注文 {n} の納期についてのお問い合わせ", "請求書 {n} の再発行のお願い", "製品の不具合について至急ご確認ください", "お見積りの件、ありがとうございました"
    };
    private static final String[] ARABIC = {
        "استفسار عن الطلب رقم {n}", "طلب تعديل الفاتورة {n}", "تأخر وصول الشحنة إلى المستودع", "شكرا لكم على سرعة الرد"
    };
    private static final String[] EMOJI = {
        "🚚 Your parcel {n} is on its way 🎉",
        "⚠️ Payment for {n} failed 😟",
        "👩🏽‍🔧 Technician booked 🗓️",
        "🇳🇴 Takk! ❤️ {n}"
    };
    private static final String[] ENGLISH_LINES = {
        "We ordered six units in March and only four were in the box.",
        "The driver left the parcel with a neighbour who has never heard of it.",
        "Could you send the invoice again? The first one shows the old address.",
        "Our accountant needs the tax number on every page, please.",
        "The display stays dark after the update; restarting does not help.",
        "I tried the steps from your help page twice, with the same result.",
        "Nobody answered the phone between nine and eleven.",
        "If that is not possible, please cancel the rest of the order."
    };
    private static final String[] GERMAN_LINES = {
        "leider fehlt in der Lieferung die Hälfte der Schläuche.",
        "Die Maschine läuft seit gestern nur noch mit größter Mühe an.",
        "Bitte bestätigen Sie uns den Termin für die Überprüfung.",
        "Für eine Rückmeldung bis Freitag wären wir dankbar."
    };
    private static final String[] JAPANESE_LINES = {
        "いつもお世話になっております。", "先日注文した商品がまだ届いておりません。", "お手数ですが、配送状況をご確認いただけますでしょうか。", "どうぞよろしくお願いいたします。"
    };
    private static final String[] ARABIC_LINES = {
        "السلام عليكم ورحمة الله.",
        "لم تصل الشحنة حتى الآن إلى المستودع.",
        "نرجو تزويدنا برقم التتبع في أقرب وقت.",
        "مع خالص التحية."
    };

    private SeedTexts() {}

    static MailAddress sender(SeedDice dice) {
        return SENDERS.get(dice.below(SENDERS.size()));
    }

    static String subject(SeedLetter.Wording wording, SeedDice dice) {
        return dice.pick(subjects(wording)).replace("{n}", String.valueOf(dice.between(100_000, 999_999)));
    }

    static String text(SeedLetter.Wording wording, SeedDice dice) {
        StringBuilder text = new StringBuilder();
        String[] lines = lines(wording);
        int paragraphs = dice.between(1, 6);
        for (int paragraph = 0; paragraph < paragraphs; paragraph++) {
            text.append(dice.pick(lines)).append('\n').append(dice.pick(lines)).append("\n\n");
        }
        return text.append("-- \n")
                .append(dice.between(1000, 9999))
                .append('\n')
                .toString();
    }

    private static String[] subjects(SeedLetter.Wording wording) {
        return switch (wording) {
            case ENGLISH -> ENGLISH;
            case GERMAN_QUOTED -> GERMAN;
            case JAPANESE_UTF8, JAPANESE_ISO_2022, JAPANESE_SHIFT_JIS, JAPANESE_SPLIT -> JAPANESE;
            case ARABIC_UTF8, ARABIC_WINDOWS -> ARABIC;
            case EMOJI, EMOJI_SPLIT -> EMOJI;
        };
    }

    private static String[] lines(SeedLetter.Wording wording) {
        return switch (wording) {
            case ENGLISH, EMOJI, EMOJI_SPLIT -> ENGLISH_LINES;
            case GERMAN_QUOTED -> GERMAN_LINES;
            case JAPANESE_UTF8, JAPANESE_ISO_2022, JAPANESE_SHIFT_JIS, JAPANESE_SPLIT -> JAPANESE_LINES;
            case ARABIC_UTF8, ARABIC_WINDOWS -> ARABIC_LINES;
        };
    }
}

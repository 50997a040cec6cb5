package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row F32: illegal characters and character references. */
final class XmlCharacterFilterTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "&#x1;",
                "&#xB;",
                "&#0;",
                "&#x0;",
                "&#11;",
                "&#x00000000b;",
                "&#xFFFF;",
                "&#xFFFE;",
                "&#xD800;",
                "&#xdfff;",
                "&#x110000;",
                "&#99999999;",
                "&#31;",
                "\u0001",
                "\u000b",
                "\u0000",
                "\ufffe"
            })
    void whatXmlForbidsIsReplaced(String forbidden) throws IOException {
        assertThat(filtered("<a>x" + forbidden + "y</a>")).isEqualTo("<a>x\uFFFDy</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&#x9;",
                "&#xA;",
                "&#10;",
                "&#13;",
                "&#x20;",
                "&#65;",
                "&#x1F600;",
                "&#x10FFFF;",
                "&#xFFFD;",
                "&amp;",
                "&lt;",
                "&quot;",
                "&",
                "&#",
                "&#x",
                "&#;",
                "&#x;",
                "&#1",
                "&# 1;",
                "&#g;",
                "&foo;",
                "&amp;#x1;",
                "<![CDATA[&#x1;]]>",
                "<![CDATA[a]b]]c&#0;]]>",
                "\t\r\n",
                "\uD83D\uDE00",
                "<!CDATA",
                "<!-- & -->"
            })
    void legalTextAndWhatOnlyTheParserMayJudgePassesUnchanged(String text) throws IOException {
        assertThat(filtered("<a>" + text + "</a>")).isEqualTo("<a>" + text + "</a>");
    }

    @Test
    void afterCdataReferencesAreFilteredAgain() throws IOException {
        assertThat(filtered("<a><![CDATA[&#x1;]]>&#x1;</a>")).isEqualTo("<a><![CDATA[&#x1;]]>\uFFFD</a>");
    }

    @Test
    void referencesAreFoundAtEveryPositionOfTheWindowBorder() throws IOException {
        for (int padding = 8192 - 40; padding < 8192 + 5; padding++) {
            String before = "<a>" + "p".repeat(padding);
            String text = before + "&#x1;&#x41;<![CDATA[&#x2;]]>&#0;</a>";
            String expected = before + "\uFFFD&#x41;<![CDATA[&#x2;]]>\uFFFD</a>";
            assertThat(filtered(text)).isEqualTo(expected);
        }
    }

    @Test
    void referencesSplitBetweenReadsAreFound() throws IOException {
        String text = "<a b='&#x1;'>&#x1;&#x41;<![CDATA[&#x2;]]>&#0;\u0003</a>";
        assertThat(all(new XmlCharacterFilter(new OneByOne(text))))
                .isEqualTo("<a b='\uFFFD'>\uFFFD&#x41;<![CDATA[&#x2;]]>\uFFFD\uFFFD</a>");
    }

    @Test
    void anEndlessTagIsRefusedBeforeItFillsTheHeap() {
        assertThatThrownBy(() -> filtered("<" + "a".repeat(400_000)))
                .isInstanceOf(BrokenXmlException.class)
                .hasMessageContaining("does not end");
    }

    private static String filtered(String text) throws IOException {
        return all(new XmlCharacterFilter(new StringReader(text)));
    }

    private static String all(Reader reader) throws IOException {
        StringWriter all = new StringWriter();
        reader.transferTo(all);
        return all.toString();
    }

    /** A connection that delivers one character at a time. */
    private static final class OneByOne extends Reader {
        private final Reader in;

        private OneByOne(String text) {
            in = new StringReader(text);
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            return in.read(target, offset, 1);
        }

        @Override
        public void close() {}
    }
}

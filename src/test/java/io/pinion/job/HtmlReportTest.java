package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is XML too, so that a strict parser says what is text in it and what is not. */
class HtmlReportTest extends JobTest {
  private static final String HOSTILE =
      "\u0001\u202e</pre></td></svg><script>alert('1')</script><img src=\"//x\" onerror=a()> &lt; &amp ]]>";

  private Document page(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--html", folder.resolve("report.html").toString()));
    assertThat(run(arguments.toArray(String[]::new))).as(printed()).isZero();
    String page = Files.readString(folder.resolve("report.html"));
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private String hostileJob() throws IOException {
    StringBuilder lines = new StringBuilder();
    ObjectMapper json = new ObjectMapper();
    for (int i = 0; i < 4; i++) {
      String text = i == 3 ? "too long ".repeat(30) : "row " + i;
      lines.append(json.writeValueAsString(Map.of("id", i + HOSTILE, "text", text))).append("\n");
    }
    Files.writeString(folder.resolve("rows.jsonl"), lines);
    return job(
        "id-column: id, path: \"" + folder.resolve("rows.jsonl") + "\"",
        "path: \"" + folder.resolve("out") + "\"",
        "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4, stop: "
            + json.writeValueAsString(HOSTILE)
            + "}\n");
  }

  private static List<String> texts(Document page, String element) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = page.getElementsByTagName(element);
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void hostileTextsStayTexts() throws Exception {
    Document page = page(hostileJob());
    String id = ("3" + HOSTILE).substring(0, 80) + "…";
    assertThat(texts(page, "td")).contains(id.replace('\u0001', '\ufffd'));
    assertThat(new ObjectMapper().readTree(texts(page, "pre").get(0)).at("/sampling/stop").asText())
        .isEqualTo(HOSTILE);
    NodeList elements = page.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      assertThat(element.getTagName())
          .isIn(
              "html",
              "head",
              "meta",
              "title",
              "style",
              "body",
              "h1",
              "h2",
              "div",
              "b",
              "span",
              "p",
              "table",
              "tr",
              "th",
              "td",
              "figure",
              "figcaption",
              "svg",
              "path",
              "polyline",
              "text",
              "rect",
              "pre",
              "ul",
              "li");
      NamedNodeMap attributes = element.getAttributes();
      for (int j = 0; j < attributes.getLength(); j++) {
        assertThat(attributes.item(j).getNodeName())
            .doesNotStartWith("on")
            .isNotIn("src", "href", "style");
      }
    }
    assertThat(texts(page, "style").get(0)).doesNotContain("url(", "@import");
  }

  @Test
  void tellsWhatTheRunDid() throws Exception {
    Document page = page(hostileJob(), "--price-per-hour", "2.5");
    assertThat(texts(page, "div")).contains("4rows", "1failed rows");
    assertThat(texts(page, "h2"))
        .contains("Failures", "Over time", "Finish reasons", "Lengths", "Settings")
        .contains("Cost of the generation, at 2.50 an hour");
    assertThat(texts(page, "tr")).contains("error1", "length3");
    assertThat(texts(page, "td")).contains("a million completion tokens").contains("config.json");
    assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(page.getElementsByTagName("rect").getLength()).isPositive();
  }

  @Test
  void hasNoCostWithoutAPrice() throws Exception {
    rows(1);
    assertThat(texts(page(job("", "")), "h2")).noneMatch(title -> title.contains("Cost"));
  }

  @Test
  void aPageThatWouldLieInTheOutputIsRefused() throws IOException {
    rows(1);
    String html = folder.resolve("out/report.html").toString();
    assertThat(run(job("", ""), "--html", html)).isEqualTo(2);
    assertThat(printed()).contains("--html " + html + " lies in output.path");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void optionsThatAreWrongAreRefused() {
    assertThat(run("job.yaml", "--price-per-hour", "-1")).isEqualTo(2);
    assertThat(printed()).contains("--price-per-hour must be a number such as 1.25, is '-1'");
    assertThat(run("job.yaml", "--html", "r", "--report", "./r")).isEqualTo(2);
    assertThat(printed()).contains("--report and --html name one file");
  }
}

package io.pinion.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.job.progress.RunCurve.Point;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.metric.LengthHistogram;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The report of a run as a page for people: one file that asks nothing of any server, and runs no
 * script. Whatever comes from a job, its rows or its model is escaped.
 */
final class HtmlReport {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 140;
  private static final int BAR = 22;
  private static final int LABEL = 110;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <title>%s</title>
      <style>
      :root { --ink: #1b1f24; --paper: #ffffff; --line: #c9ced6; --soft: #5b6470; --mark: #1f6feb; --bad: #b3261e; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6e9ee; --paper: #14171b; --line: #3a414b; --soft: #9aa4b2; --mark: #6ea8ff; --bad: #ff8a80; }
      }
      body { color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; max-width: 66em; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
      .head { display: flex; flex-wrap: wrap; gap: 1em 2.5em; }
      .head b { display: block; font-size: 1.6em; } .head span, .soft { color: var(--soft); }
      .bad b, .bad { color: var(--bad); }
      table { border-collapse: collapse; } th, td { border-bottom: 1px solid var(--line); padding: .25em .8em .25em 0; text-align: left; vertical-align: top; }
      td.number, th.number { text-align: right; } td { overflow-wrap: anywhere; }
      pre { border: 1px solid var(--line); padding: .8em; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
      .row { display: flex; flex-wrap: wrap; gap: 1em 2em; } figure { margin: 0; } figcaption { color: var(--soft); }
      svg { max-width: 100%%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
      svg polyline { fill: none; stroke: var(--mark); stroke-width: 2; } svg path { stroke: var(--line); fill: none; } svg rect { fill: var(--mark); }
      </style>
      </head>
      <body>
      """;

  private final RunReport report;
  private final GenerationMetrics metrics;
  private final List<Point> curve;
  private final UnaryOperator<String> redacted;
  private final StringBuilder out = new StringBuilder();

  private HtmlReport(
      RunReport report,
      GenerationMetrics metrics,
      List<Point> curve,
      UnaryOperator<String> redacted) {
    this.report = report;
    this.metrics = metrics;
    this.curve = curve;
    this.redacted = redacted;
  }

  /**
   * The page.
   *
   * @param title such as the job's name
   * @param pricePerHour of all machines together, in any currency; 0 if it is not known
   * @param redacted takes secrets out of a text
   */
  static String of(
      String title,
      RunReport report,
      GenerationMetrics metrics,
      List<Point> curve,
      double pricePerHour,
      UnaryOperator<String> redacted) {
    return new HtmlReport(report, metrics, curve, redacted).page(title, pricePerHour);
  }

  private String page(String title, double pricePerHour) {
    out.append(HEAD.formatted(text(title)));
    out.append("<h1>").append(text(title)).append("</h1>\n");
    headline();
    warnings();
    failures();
    curves();
    cost(pricePerHour);
    devices();
    completions();
    model();
    return out.append("</body>\n</html>\n").toString();
  }

  private void headline() {
    out.append("<div class=\"head\">\n");
    figure("rows", number(report.rowsOk() + report.rowsFailed()), false);
    figure("failed rows", number(report.rowsFailed()), report.rowsFailed() > 0);
    figure("rows/s", decimal(report.rowsPerSecond()), false);
    figure("completion tokens/s", decimal(report.completionTokensPerSecond()), false);
    figure("prompt tokens/s", decimal(report.promptTokensPerSecond()), false);
    figure("generation, s", decimal(report.generationSeconds()), false);
    figure("model load, s", decimal(report.modelLoadSeconds()), false);
    out.append("</div>\n");
    out.append(
        "<p class=\"soft\">%s prompt tokens, %s %% of them from the prefix cache; %s completion tokens; %s rows resumed, %s cached, %s deduplicated</p>\n"
            .formatted(
                number(report.promptTokens()),
                decimal(100 * report.prefixCacheHitShare()),
                number(report.completionTokens()),
                number(report.resumedRows()),
                number(report.cachedRows()),
                number(report.deduplicatedRows())));
  }

  private void figure(String name, String value, boolean bad) {
    out.append(
        "<div%s><b>%s</b><span>%s</span></div>\n"
            .formatted(bad ? " class=\"bad\"" : "", value, name));
  }

  private void warnings() {
    if (!report.warnings().isEmpty()) {
      out.append("<h2>Warnings</h2>\n<ul>\n");
      report.warnings().forEach(each -> out.append("<li>" + text(each) + "</li>\n"));
      out.append("</ul>\n");
    }
  }

  private void failures() {
    if (report.failures().isEmpty()) {
      return;
    }
    Map<String, List<String>> rows = metrics.failedRows();
    table("Failures", "message", "#rows", "ids of some of these rows");
    report
        .failures()
        .forEach(
            (message, count) ->
                row(message, count, String.join(", ", rows.getOrDefault(message, List.of()))));
    end();
  }

  private void curves() {
    if (curve.size() < 2) {
      return;
    }
    out.append("<h2>Over time</h2>\n<div class=\"row\">\n");
    curve("rows", Point::rows);
    curve("tokens, of prompts and completions", Point::tokens);
    out.append("</div>\n");
  }

  private void curve(String name, ToLongFunction<Point> value) {
    Point last = curve.get(curve.size() - 1);
    double seconds = Math.max(last.seconds(), 1e-9);
    long most = Math.max(1, curve.stream().mapToLong(value).max().orElse(1));
    StringBuilder line = new StringBuilder();
    for (Point point : curve) {
      double x = LABEL + (WIDTH - LABEL) * point.seconds() / seconds;
      double y = HEIGHT - (HEIGHT - BAR) * (double) value.applyAsLong(point) / most;
      line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    open(name, HEIGHT + BAR);
    out.append("<path d=\"M%d %d V%d H%d\"/>".formatted(LABEL, BAR, HEIGHT, WIDTH));
    label(LABEL - 8, BAR + 4, "end", number(most));
    label(LABEL - 8, HEIGHT, "end", "0");
    label(WIDTH, HEIGHT + 16, "end", decimal(last.seconds()) + " s");
    out.append("<polyline points=\"%s\"/>".formatted(line.toString().strip()));
    out.append("</svg></figure>\n");
  }

  private void open(String name, int height) {
    out.append(
        "<figure><figcaption>%s</figcaption><svg role=\"img\" aria-label=\"%1$s\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %2$d %3$d\">"
            .formatted(name, WIDTH + BAR, height));
  }

  private void label(int x, int y, String anchor, String label) {
    out.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, label));
  }

  private void cost(double pricePerHour) {
    if (pricePerHour <= 0) {
      return;
    }
    double cost = pricePerHour * report.generationSeconds() / 3600;
    long tokens = report.promptTokens() + report.completionTokens();
    table("Cost of the generation, at " + decimal(pricePerHour) + " an hour", "of", "#cost");
    row("the run", price(cost));
    row("a million rows", price(1e6 * cost / Math.max(1, report.rowsOk() + report.rowsFailed())));
    row("a million completion tokens", price(1e6 * cost / Math.max(1, report.completionTokens())));
    row("a million tokens of prompts and completions", price(1e6 * cost / Math.max(1, tokens)));
    end();
  }

  private void devices() {
    table(
        "Executors and devices",
        "executor",
        "device",
        "hardware",
        "#rows",
        "#prompt tokens",
        "#completion tokens",
        "#model load, s",
        "#peak memory, MiB");
    for (RunReport.Device device : report.devices()) {
      row(
          device.executor(),
          device.device(),
          device.hardware(),
          device.rows(),
          device.promptTokens(),
          device.completionTokens(),
          device.modelLoadSeconds(),
          device.peakMemoryBytes() >> 20);
    }
    end();
  }

  private void completions() {
    table("Finish reasons", "reason", "#completions");
    metrics.finishReasons().forEach(this::row);
    end();
    out.append("<h2>Lengths</h2>\n<div class=\"row\">\n");
    histogram("prompts, by tokens", metrics.promptLengths().ranges());
    histogram("completions, by tokens", metrics.completionLengths().ranges());
    out.append("</div>\n");
  }

  private void histogram(String name, List<LengthHistogram.Range> ranges) {
    long most = ranges.stream().mapToLong(LengthHistogram.Range::count).max().orElse(1);
    open(name, BAR * Math.max(1, ranges.size()));
    for (int i = 0; i < ranges.size(); i++) {
      LengthHistogram.Range range = ranges.get(i);
      long width = (WIDTH - 2 * LABEL) * range.count() / most;
      label(
          LABEL - 8,
          BAR * i + 15,
          "end",
          range.from() == range.to() ? number(range.to()) : range.from() + " to " + range.to());
      out.append(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
              .formatted(LABEL, BAR * i + 2, width, BAR - 4));
      label((int) (LABEL + width + 6), BAR * i + 15, "start", number(range.count()));
    }
    out.append("</svg></figure>\n");
  }

  private void model() {
    table("Model and versions", "name", "value");
    report.origin().modelFiles().forEach((file, digest) -> row(file, "sha256:" + digest));
    report.versions().forEach(this::row);
    row("seed", String.valueOf(report.origin().seed()));
    end();
    JsonNode job = report.origin().job();
    out.append("<h2>Settings</h2>\n<pre>").append(text(job.toPrettyString())).append("</pre>\n");
  }

  /**
   * Begins a table.
   *
   * @param columns their names; those of numbers begin with #
   */
  private void table(String title, String... columns) {
    out.append("<h2>").append(text(title)).append("</h2>\n<table>\n<tr>");
    for (String column : columns) {
      boolean number = column.startsWith("#");
      out.append(number ? "<th class=\"number\">" : "<th>");
      out.append(text(number ? column.substring(1) : column)).append("</th>");
    }
    out.append("</tr>\n");
  }

  private void row(Object... cells) {
    out.append("<tr>");
    for (Object cell : cells) {
      if (cell instanceof Number value) {
        String shown = cell instanceof Long ? number(value.longValue()) : cell.toString();
        out.append("<td class=\"number\">").append(shown).append("</td>");
      } else {
        out.append("<td>").append(text(String.valueOf(cell))).append("</td>");
      }
    }
    out.append("</tr>\n");
  }

  private void end() {
    out.append("</table>\n");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
  }

  private static String price(double value) {
    return String.format(Locale.ROOT, value >= 1 ? "%,.2f" : "%.6f", value);
  }

  /** A text as HTML, in elements and attributes, without secrets and characters of control. */
  private String text(String text) {
    StringBuilder escaped = new StringBuilder();
    redacted.apply(text).codePoints().forEach(point -> escape(point, escaped));
    return escaped.toString();
  }

  private static void escape(int point, StringBuilder out) {
    switch (point) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> {
        boolean unfit = point != '\n' && point != '\t' && Character.isISOControl(point);
        boolean surrogate = Character.getType(point) == Character.SURROGATE;
        out.appendCodePoint(
            unfit || surrogate || point == 0xFFFE || point == 0xFFFF ? 0xFFFD : point);
      }
    }
  }
}

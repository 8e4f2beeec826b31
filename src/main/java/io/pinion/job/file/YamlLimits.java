package io.pinion.job.file;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Refuses YAML that is small as a text but large, deep or endless as a tree: an alias counts as a
 * copy of what it names. Reads the parser's events one by one, so that nothing large is built, and
 * no recursion is as deep as the text.
 */
final class YamlLimits {
  static final int MAX_DEPTH = 100;
  static final int MAX_NODES = 100_000;

  /** What the text of a collection has in it, aliases written out. */
  private static final class Size {
    final Anchor anchor;
    long nodes = 1;
    int height = 1;

    Size(Anchor anchor) {
      this.anchor = anchor;
    }

    void add(Size child) {
      nodes += child.nodes;
      height = Math.max(height, child.height + 1);
    }
  }

  private final String file;
  private final Deque<Size> open = new ArrayDeque<>();
  private final Map<Anchor, Size> anchors = new HashMap<>();
  private long nodes;

  private YamlLimits(String file) {
    this.file = file;
  }

  /**
   * Checks a text before it is composed.
   *
   * @throws JobException if it has too many nodes or too much depth, or an alias within the node
   *     that it names
   */
  static void check(LoadSettings settings, String text, String file) {
    YamlLimits limits = new YamlLimits(file);
    for (Event event : new Parse(settings).parseString(text)) {
      limits.see(event);
    }
  }

  private void see(Event event) {
    if (event instanceof CollectionStartEvent start) {
      open.push(new Size(start.getAnchor().orElse(null)));
      grow(1, open.size(), event);
    } else if (event instanceof CollectionEndEvent) {
      close(open.pop());
    } else if (event instanceof AliasEvent alias) {
      Size copied = named(alias);
      grow(copied.nodes, open.size() + copied.height, event);
      addToParent(copied);
    } else if (event instanceof NodeEvent scalar) {
      grow(1, open.size() + 1, event);
      close(new Size(scalar.getAnchor().orElse(null)));
    }
  }

  private void close(Size node) {
    if (node.anchor != null) {
      anchors.put(node.anchor, node);
    }
    addToParent(node);
  }

  private void addToParent(Size node) {
    if (!open.isEmpty()) {
      open.peek().add(node);
    }
  }

  private Size named(AliasEvent alias) {
    if (open.stream().anyMatch(size -> alias.getAlias().equals(size.anchor))) {
      throw refused(alias, "the alias *" + alias.getAlias() + " stands inside the node it names");
    }
    return anchors.getOrDefault(alias.getAlias(), new Size(null));
  }

  private void grow(long more, int depth, Event event) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw refused(
          event,
          "a file may have " + MAX_NODES + " values, each alias counted as a copy, not more");
    }
    if (depth > MAX_DEPTH) {
      throw refused(event, "values may be nested " + MAX_DEPTH + " deep, not deeper");
    }
  }

  private JobException refused(Event event, String why) {
    return new JobException(file + position(event.getStartMark()) + ": " + why, null);
  }

  private static String position(Optional<Mark> mark) {
    return mark.map(at -> ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1)).orElse("");
  }
}

package io.pinion.spark.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.generate.RowException;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.ColumnText;
import io.pinion.text.template.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The conversations in a column of messages. A message has a role and a content, which is a text or
 * a list of parts with texts, and may have further fields for the chat template, such as {@code
 * tool_calls}. Where some rows have a text and others a list, Spark reads the list as JSON text.
 */
public final class MessagesColumn {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String TYPE = "type";
  private static final String TEXT = "text";

  private static final List<String> CALL_KEYS =
      List.of("id", TYPE, "function", "name", "arguments");

  private final String column;

  MessagesColumn(String column) {
    this.column = column;
  }

  /** Why a column of a type has no messages; empty if it may. */
  public static Optional<String> problem(DataType type) {
    if (type instanceof ArrayType array
        && array.elementType() instanceof StructType message
        && List.of(message.fieldNames()).containsAll(List.of(ROLE, CONTENT))) {
      DataType content = message.apply(CONTENT).dataType();
      DataType part = content instanceof ArrayType parts ? parts.elementType() : content;
      boolean readable =
          part instanceof StringType
              || (content instanceof ArrayType
                  && (part instanceof MapType
                      || (part instanceof StructType fields
                          && List.of(fields.fieldNames()).contains(TYPE))));
      if (readable
          && message.apply(ROLE).dataType() instanceof StringType
          && !ColumnText.hasBytes(message)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "must have type array<struct<role:string,content:string>>, has type "
            + type.simpleString());
  }

  /**
   * The conversation of a row.
   *
   * @throws RowException if there is none, or it has parts that are no text
   */
  List<ChatMessage> of(Row row) {
    Object conversation = ColumnPath.value(row, column);
    if (conversation == null) {
      throw new RowException("messages column '" + column + "' is null");
    }
    List<ChatMessage> messages = new ArrayList<>();
    CollectionConverters.asJava((scala.collection.Iterable<?>) conversation)
        .forEach(value -> messages.add(message((Row) value)));
    return messages;
  }

  private ChatMessage message(Row message) {
    String role = message == null ? null : message.getAs(ROLE);
    if (role == null) {
      throw nothing();
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String name : message.schema().fieldNames()) {
      Object value = message.getAs(name);
      if (value != null && !name.equals(ROLE) && !name.equals(CONTENT)) {
        fields.put(name, ordered(ColumnText.plain(value)));
      }
    }
    Object content = message.getAs(CONTENT);
    // An assistant that calls a tool says nothing.
    if (content == null && !(role.equals("assistant") && !fields.isEmpty())) {
      throw nothing();
    }
    return new ChatMessage(role, content == null ? null : text(content), fields);
  }

  /**
   * Calls of tools with their keys in OpenAI's order, which templates print. Spark sorts the keys
   * of JSON by name.
   */
  private static Object ordered(Object value) {
    if (value instanceof List<?> items) {
      return items.stream().map(MessagesColumn::ordered).toList();
    }
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<Object, Object> ordered = new LinkedHashMap<>();
    for (String key : CALL_KEYS) {
      if (map.get(key) != null) {
        ordered.put(key, ordered(map.get(key)));
      }
    }
    boolean call = ordered.containsKey("function") || ordered.containsKey("arguments");
    map.forEach((key, item) -> ordered.putIfAbsent(key, item));
    return call ? ordered : map;
  }

  private RowException nothing() {
    return new RowException("messages column '" + column + "' has a message with a null in it");
  }

  private String text(Object content) {
    if (content instanceof String text) {
      List<?> parts = written(text);
      return parts == null ? text : joined(parts);
    }
    return joined((List<?>) ColumnText.plain(content));
  }

  /** The parts that a text lists as JSON; {@code null} for any other text. */
  private static List<?> written(String text) {
    if (!text.startsWith("[")) {
      return null;
    }
    try {
      List<?> parts = JSON.readValue(text, List.class);
      boolean typed =
          parts.stream()
              .allMatch(part -> part instanceof Map<?, ?> map && map.get(TYPE) instanceof String);
      return typed ? parts : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private String joined(List<?> parts) {
    StringBuilder out = new StringBuilder();
    for (Object part : parts) {
      out.append(textOfPart(part));
    }
    return out.toString();
  }

  private String textOfPart(Object part) {
    if (part instanceof String text) {
      return text;
    }
    Map<?, ?> fields = part instanceof Map<?, ?> map ? map : Map.of();
    if (TEXT.equals(fields.get(TYPE)) && fields.get(TEXT) instanceof String text) {
      return text;
    }
    throw new RowException(
        "messages column '"
            + column
            + "' has a part of type "
            + fields.get(TYPE)
            + ": only parts of type text with a text can be used");
  }
}

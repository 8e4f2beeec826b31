package io.pinion.spark.ledger;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A request's key with its result, and the forms that it has: in a Parquet file and in Spark's
 * tables. How many tokens came from the prefix cache is not kept, since that is no property of the
 * request.
 */
record Answer(RequestKey key, GenerationResult result) {
  static final String KEY = "key";
  static final String ERROR = "error";
  static final String WRITTEN = "written";

  private static final StructType COMPLETION =
      new StructType()
          .add("text", DataTypes.StringType)
          .add("finish_reason", DataTypes.StringType)
          .add("token_ids", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("logprobs", DataTypes.createArrayType(DataTypes.FloatType));

  /** The columns of a table of answers. */
  static final StructType SCHEMA =
      new StructType()
          .add(KEY, DataTypes.BinaryType)
          .add("row_id", DataTypes.StringType)
          .add("prompt_tokens", DataTypes.IntegerType)
          .add(ERROR, DataTypes.StringType)
          .add("completions", DataTypes.createArrayType(COMPLETION))
          .add(WRITTEN, DataTypes.TimestampType);

  /** The same in Parquet. Log probabilities are there only if the job asks for them. */
  static final MessageType PARQUET =
      MessageTypeParser.parseMessageType(
          """
          message answer {
            required binary key;
            required binary row_id (STRING);
            required int32 prompt_tokens;
            optional binary error (STRING);
            optional group completions (LIST) {
              repeated group list {
                required group element {
                  required binary text (STRING);
                  required binary finish_reason (STRING);
                  required group token_ids (LIST) {
                    repeated group list { required int32 element; }
                  }
                  optional group logprobs (LIST) {
                    repeated group list { required float element; }
                  }
                }
              }
            }
            required int64 written (TIMESTAMP(MICROS,true));
          }
          """);

  /**
   * The answer as a record of a Parquet file.
   *
   * @param logprobs whether to keep log probabilities
   * @param micros when it is written, in microseconds since 1970
   */
  Group group(boolean logprobs, long micros) {
    Group group = new SimpleGroup(PARQUET);
    group.add(KEY, Binary.fromConstantByteArray(key.bytes()));
    group.add("row_id", result.rowId());
    group.add("prompt_tokens", result.promptTokens());
    if (result.error() != null) {
      group.add(ERROR, String.valueOf(result.error().getMessage()));
    } else {
      Group completions = group.addGroup("completions");
      for (Completion completion : result.completions()) {
        write(completion, completions.addGroup("list").addGroup("element"), logprobs);
      }
    }
    group.add(WRITTEN, micros);
    return group;
  }

  private static void write(Completion completion, Group group, boolean logprobs) {
    group.add("text", completion.text());
    group.add("finish_reason", completion.finishReason().name().toLowerCase(Locale.ROOT));
    Group tokens = group.addGroup("token_ids");
    for (int token : completion.tokenIds()) {
      tokens.addGroup("list").add("element", token);
    }
    if (logprobs) {
      Group numbers = group.addGroup("logprobs");
      for (float logprob : completion.logprobs()) {
        numbers.addGroup("list").add("element", logprob);
      }
    }
  }

  static Answer of(Group group) {
    RequestKey key = RequestKey.of(group.getBinary(KEY, 0).getBytes());
    List<Completion> completions = new ArrayList<>();
    if (group.getFieldRepetitionCount("completions") > 0) {
      Group list = group.getGroup("completions", 0);
      for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
        completions.add(completion(list.getGroup("list", i).getGroup("element", 0)));
      }
    }
    boolean failed = group.getFieldRepetitionCount(ERROR) > 0;
    return new Answer(
        key,
        new GenerationResult(
            group.getString("row_id", 0),
            group.getInteger("prompt_tokens", 0),
            0,
            completions,
            failed ? new RowException(group.getString(ERROR, 0)) : null));
  }

  private static Completion completion(Group group) {
    Group tokens = group.getGroup("token_ids", 0);
    int[] ids = new int[tokens.getFieldRepetitionCount("list")];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens.getGroup("list", i).getInteger("element", 0);
    }
    float[] logprobs = new float[0];
    if (group.getFieldRepetitionCount("logprobs") > 0) {
      Group numbers = group.getGroup("logprobs", 0);
      logprobs = new float[numbers.getFieldRepetitionCount("list")];
      for (int i = 0; i < logprobs.length; i++) {
        logprobs[i] = numbers.getGroup("list", i).getFloat("element", 0);
      }
    }
    return new Completion(
        group.getString("text", 0), reason(group.getString("finish_reason", 0)), ids, logprobs);
  }

  /** The result in a row of {@link #SCHEMA}. */
  static GenerationResult result(Row row) {
    String error = row.getAs(ERROR);
    List<Row> rows = row.isNullAt(row.fieldIndex("completions")) ? List.of() : completions(row);
    return new GenerationResult(
        row.getAs("row_id"),
        row.<Integer>getAs("prompt_tokens"),
        0,
        rows.stream().map(Answer::completion).toList(),
        error == null ? null : new RowException(error));
  }

  private static List<Row> completions(Row row) {
    return row.getList(row.fieldIndex("completions"));
  }

  private static Completion completion(Row row) {
    List<Integer> tokens = row.getList(row.fieldIndex("token_ids"));
    int at = row.fieldIndex("logprobs");
    List<Float> numbers = row.isNullAt(at) ? List.of() : row.getList(at);
    float[] logprobs = new float[numbers.size()];
    for (int i = 0; i < logprobs.length; i++) {
      logprobs[i] = numbers.get(i);
    }
    return new Completion(
        row.getAs("text"),
        reason(row.getAs("finish_reason")),
        tokens.stream().mapToInt(Integer::intValue).toArray(),
        logprobs);
  }

  private static FinishReason reason(String name) {
    return FinishReason.valueOf(name.toUpperCase(Locale.ROOT));
  }
}

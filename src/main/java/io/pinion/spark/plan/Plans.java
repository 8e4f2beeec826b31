package io.pinion.spark.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.types.StructField;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Spark's plans and expressions, which are made of Scala's collections, in Java's words. */
public final class Plans {
  private Plans() {}

  public static <T> Seq<T> seq(List<? extends T> items) {
    List<T> copy = new ArrayList<>(items);
    return CollectionConverters.asScala(copy).toIndexedSeq();
  }

  public static <T> List<T> list(scala.collection.Seq<T> items) {
    return CollectionConverters.asJava(items);
  }

  static Seq<Attribute> joined(Seq<Attribute> some, Seq<Attribute> more) {
    List<Attribute> all = new ArrayList<>(list(some));
    all.addAll(list(more));
    return seq(all);
  }

  static AttributeSet set(Seq<Attribute> attributes) {
    return AttributeSet$.MODULE$.apply(Plans.<Expression>seq(list(attributes)));
  }

  /** An attribute that no plan has yet. */
  static Attribute attribute(StructField field) {
    return new AttributeReference(
        field.name(),
        field.dataType(),
        field.nullable(),
        field.metadata(),
        NamedExpression.newExprId(),
        seq(List.of()));
  }

  /** An expression under a name, as a column that no plan has yet. */
  public static Alias alias(Expression expression, String name) {
    return new Alias(
        expression,
        name,
        NamedExpression.newExprId(),
        seq(List.of()),
        Option.empty(),
        seq(List.of()));
  }

  /** The first column with a name. */
  static Attribute named(List<Attribute> columns, String name) {
    return columns.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no column '" + name + "'"));
  }

  /** An expression with its parts replaced, from the top; what is replaced is not looked into. */
  public static Expression replaced(Expression expression, UnaryOperator<Expression> replacement) {
    Expression other = replacement.apply(expression);
    return other != expression
        ? other
        : expression.mapChildren(part -> replaced(part, replacement));
  }

  /** An expression above a projection in the columns below it. */
  static Expression below(Expression expression, List<NamedExpression> columns) {
    Map<ExprId, Expression> meanings = new HashMap<>();
    for (NamedExpression column : columns) {
      if (column instanceof Alias alias) {
        meanings.put(alias.exprId(), alias.child());
      }
    }
    return replaced(
        expression,
        part ->
            part instanceof Attribute column ? meanings.getOrDefault(column.exprId(), part) : part);
  }

  static String describe(Generation generation, Seq<Attribute> inputs, Seq<Attribute> generated) {
    return "%s, %s, %s".formatted(shown(generated), shown(inputs), generation.describe());
  }

  private static String shown(Seq<Attribute> attributes) {
    return list(attributes).stream()
        .map(Object::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

package io.pinion.guide.json.type;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the shape of values off the solved types of a schema. For one schema and one thread.
 *
 * <p>A schema that names members and no type is taken to mean objects, though JSON Schema lets any
 * other value pass. An object that comes back inside itself has no shape there, and neither has
 * what lies deeper than {@value #MAX_DEPTH} levels or beyond {@value #MAX_PARTS} parts.
 */
public final class ShapeReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_PARTS = 10_000;

  private final TypeSolver types;
  private final Set<Object> open = new HashSet<>();
  private int parts;

  public ShapeReader(TypeSolver types) {
    this.types = types;
  }

  /** The shape of all values of a type. */
  public ValueShape shape(int type) {
    if (!types.possible(type)) {
      return ValueShape.Scalar.NONE;
    }
    if (types.saysNothing(type) || ++parts > MAX_PARTS || open.size() >= MAX_DEPTH) {
      return ValueShape.Scalar.MIXED;
    }
    ValueShape shape = ValueShape.Scalar.NONE;
    for (TypeBranch branch : types.alternatives(type).branches()) {
      shape = shape == ValueShape.Scalar.MIXED ? shape : ShapeUnion.of(shape, shape(branch));
    }
    return shape;
  }

  private ValueShape shape(TypeBranch branch) {
    ValueShape shape = ValueShape.Scalar.NONE;
    ObjectShape object = branch.object();
    if (object != null && types.possible(object)) {
      shape = object(object);
      if (branch.open() && shape instanceof ValueShape.Members) {
        return shape;
      }
    }
    if (branch.array() != null && types.possible(branch.array())) {
      shape = ShapeUnion.of(shape, array(branch.array()));
    }
    for (ScalarValues scalars : branch.scalars()) {
      if (types.pool().alive(scalars.texts())) {
        shape = ShapeUnion.of(shape, scalars.kind());
      }
    }
    return shape;
  }

  private ValueShape array(ArrayShape array) {
    if (!array.prefix().isEmpty() || array.rest() == types.type() || !open.add(array)) {
      return ValueShape.Scalar.MIXED;
    }
    ValueShape items =
        array.match() < 0
            ? shape(array.rest())
            : ShapeUnion.of(shape(array.match()), shape(array.other()));
    open.remove(array);
    return items == ValueShape.Scalar.NONE ? ValueShape.Scalar.MIXED : new ValueShape.Items(items);
  }

  private ValueShape object(ObjectShape object) {
    if (!open.add(object)) {
      return ValueShape.Scalar.MIXED;
    }
    boolean named = object.types().stream().anyMatch(types::possible);
    ValueShape shape = named ? members(object) : entries(object);
    open.remove(object);
    return shape;
  }

  private ValueShape members(ObjectShape object) {
    List<ValueShape.Member> members = new ArrayList<>();
    for (int i = 0; i < object.names().size(); i++) {
      members.add(new ValueShape.Member(object.names().get(i), shape(object.types().get(i))));
    }
    return new ValueShape.Members(members);
  }

  private ValueShape entries(ObjectShape object) {
    ValueShape values = ValueShape.Scalar.NONE;
    for (int type : object.otherTypes()) {
      if (types.saysNothing(type)) {
        return ValueShape.Scalar.MIXED;
      }
      values = ShapeUnion.of(values, shape(type));
    }
    return values == ValueShape.Scalar.NONE
        ? ValueShape.Scalar.MIXED
        : new ValueShape.Entries(values);
  }
}

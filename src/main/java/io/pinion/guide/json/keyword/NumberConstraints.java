package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.MultipleOfRegex;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a branch of a schema says about numbers. */
public final class NumberConstraints {
  private static final int MAX_PLACES = 30;
  private static final int MAX_DIGITS = 18;

  private final RegexPool pool;
  private BigDecimal low;
  private boolean lowIncluded;
  private BigDecimal high;
  private boolean highIncluded;
  private final RegexList conditions = new RegexList();
  private BigDecimal step;
  private Set<BigDecimal> allowed;
  private final Set<BigDecimal> excluded = new LinkedHashSet<>();

  NumberConstraints(RegexPool pool) {
    this.pool = pool;
  }

  NumberConstraints copy() {
    NumberConstraints copy = new NumberConstraints(pool);
    copy.low = low;
    copy.lowIncluded = lowIncluded;
    copy.high = high;
    copy.highIncluded = highIncluded;
    copy.conditions.addAll(conditions);
    copy.step = step;
    copy.allowed = allowed == null ? null : new LinkedHashSet<>(allowed);
    copy.excluded.addAll(excluded);
    return copy;
  }

  void atLeast(BigDecimal bound, boolean included) {
    int order = low == null ? 1 : bound.compareTo(low);
    if (order > 0 || order == 0 && !included) {
      low = bound;
      lowIncluded = included;
    }
  }

  void atMost(BigDecimal bound, boolean included) {
    int order = high == null ? -1 : bound.compareTo(high);
    if (order < 0 || order == 0 && !included) {
      high = bound;
      highIncluded = included;
    }
  }

  /** A condition on the digits, without sign and exponent. */
  void matching(Regex unsigned) {
    conditions.add(unsigned);
  }

  /**
   * The numbers are multiples. Those of several steps are the multiples of one, as far as that has
   * few enough digits: it is one condition with a remainder rather than several side by side.
   */
  void multipleOf(BigDecimal given) {
    BigDecimal joint = step == null ? given : leastCommonMultiple(step, given);
    if (step != null && isSmall(joint)) {
      conditions.remove(multiples(step));
    }
    step = isSmall(joint) ? joint : step;
    conditions.add(multiples(isSmall(joint) ? joint : given));
  }

  private static BigDecimal leastCommonMultiple(BigDecimal one, BigDecimal other) {
    int scale = Math.max(one.scale(), other.scale());
    BigInteger first = one.setScale(scale).unscaledValue();
    BigInteger second = other.setScale(scale).unscaledValue();
    BigInteger joint = first.divide(first.gcd(second)).multiply(second);
    return new BigDecimal(joint, scale).stripTrailingZeros();
  }

  /** Whether the multiples of a step can be told by their remainder. */
  static boolean isSmall(BigDecimal step) {
    int places = Math.max(step.scale(), 0);
    return places <= MAX_PLACES
        && step.precision() - step.scale() <= MAX_DIGITS
        && step.movePointRight(places).compareTo(BigDecimal.valueOf(MultipleOfRegex.LARGEST_STEP))
            <= 0;
  }

  private Regex multiples(BigDecimal of) {
    return multiples(pool, of);
  }

  static Regex multiples(RegexPool pool, BigDecimal of) {
    int places = Math.max(of.scale(), 0);
    return pool.shared(MultipleOfRegex.of(of.movePointRight(places).longValue(), places));
  }

  void allow(Set<BigDecimal> values) {
    Set<BigDecimal> bare = new LinkedHashSet<>();
    values.forEach(value -> bare.add(value.stripTrailingZeros()));
    if (allowed == null) {
      allowed = bare;
    } else {
      allowed.retainAll(bare);
    }
  }

  void exclude(BigDecimal value) {
    excluded.add(value.stripTrailingZeros());
  }

  boolean impossible() {
    int order = low == null || high == null ? -1 : low.compareTo(high);
    return order > 0
        || order == 0 && !(lowIncluded && highIncluded)
        || allowed != null && allowed.isEmpty();
  }

  /** Whether the numbers are listed, and integers all. */
  public boolean integersAlone() {
    return allowed != null && allowed.stream().allMatch(value -> value.scale() <= 0);
  }

  /** The numbers, integers and others as asked. */
  public Regex regex(boolean integers, boolean fractions, NumberRange range) {
    if (impossible() || !integers && !fractions) {
      return pool.empty();
    }
    if (allowed != null) {
      return enumerated(integers, fractions, range);
    }
    Regex all = form(integers, fractions, range);
    Regex signed = range.between(all, low, lowIncluded, high, highIncluded);
    for (BigDecimal value : excluded) {
      signed =
          pool.and(signed, pool.not(range.between(range.unsigned(), value, true, value, true)));
    }
    return integers && fractions ? pool.or(signed, scientific(range)) : signed;
  }

  private Regex form(boolean integers, boolean fractions, NumberRange range) {
    Regex form =
        !fractions
            ? range.whole()
            : integers ? range.unsigned() : pool.concat(range.whole(), range.properFraction());
    RegexList all = new RegexList();
    all.addAll(conditions);
    all.add(form);
    return pool.and(all);
  }

  /** Numbers with exponents, where no more than the sign matters. */
  private Regex scientific(NumberRange range) {
    boolean signs = (low == null || low.signum() == 0) && (high == null || high.signum() == 0);
    if (!signs || !conditions.isEmpty() || !excluded.isEmpty()) {
      return pool.empty();
    }
    BigDecimal zero = BigDecimal.ZERO;
    BigDecimal from = low == null ? null : zero;
    BigDecimal to = high == null ? null : zero;
    boolean free = low == null && high == null;
    return pool.concat(range.between(range.unsigned(), from, free, to, free), range.exponent());
  }

  private Regex enumerated(boolean integers, boolean fractions, NumberRange range) {
    RegexList texts = new RegexList();
    for (BigDecimal value : allowed) {
      boolean integer = value.scale() <= 0;
      if (!(integer ? integers : fractions) || excluded.contains(value) || !within(value)) {
        continue;
      }
      String digits = NumberRange.plain(value.abs());
      Regex digitsOnly = pool.literal(digits);
      Regex spelled =
          integer && fractions ? pool.or(digitsOnly, pool.literal(digits + ".0")) : digitsOnly;
      boolean fits = conditions.stream().allMatch(c -> pool.alive(pool.and(spelled, c)));
      if (fits) {
        texts.add(value.signum() < 0 ? pool.concat(pool.literal("-"), spelled) : spelled);
      }
    }
    return pool.or(texts);
  }

  private boolean within(BigDecimal value) {
    int fromLow = low == null ? 1 : value.compareTo(low);
    int fromHigh = high == null ? -1 : value.compareTo(high);
    return (fromLow > 0 || fromLow == 0 && lowIncluded)
        && (fromHigh < 0 || fromHigh == 0 && highIncluded);
  }
}

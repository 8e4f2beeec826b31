package io.pinion.guide.error;

/** Thrown when a guide needs more steps in one turn than it may take. */
public final class GuideStepsException extends GuideLimitException {
  /**
   * @param most how many steps the turn has
   */
  public GuideStepsException(long most) {
    super(
        "the guide needs more than "
            + most
            + " steps to build its automata; simplify it: fewer properties in one object, smaller"
            + " counts, or fewer alternatives that begin alike");
  }
}

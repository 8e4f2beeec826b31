package io.pinion.generate.batch;

import io.pinion.generate.sequence.SequenceGroup;
import java.util.List;

/** A batch that fails at a place, once or whenever it is reached. */
final class FaultyRunner implements StepRunner {
  /** A place where a batch can fail. */
  enum Place {
    ANNOUNCE,
    HAS_ROOM,
    ADMIT,
    STEP,
    REMOVE,
    CLEAR
  }

  private final StepRunner batch;
  volatile Place place;
  volatile boolean always;

  FaultyRunner(StepRunner batch) {
    this.batch = batch;
  }

  private void at(Place here) {
    if (place == here) {
      place = always ? here : null;
      throw new IllegalStateException("fault at " + here);
    }
  }

  @Override
  public void announce(SequenceGroup group) {
    at(Place.ANNOUNCE);
    batch.announce(group);
  }

  @Override
  public boolean hasRoom(SequenceGroup group) {
    at(Place.HAS_ROOM);
    return batch.hasRoom(group);
  }

  @Override
  public void admit(SequenceGroup group) {
    batch.admit(group);
    at(Place.ADMIT);
  }

  @Override
  public boolean isEmpty() {
    return batch.isEmpty();
  }

  @Override
  public int reservedSlots() {
    return batch.reservedSlots();
  }

  @Override
  public void step() {
    at(Place.STEP);
    batch.step();
  }

  @Override
  public List<SequenceGroup> groups() {
    return batch.groups();
  }

  @Override
  public List<RunningGroups.Finished> takeFinished() {
    return batch.takeFinished();
  }

  @Override
  public void remove(SequenceGroup group) {
    batch.remove(group);
    at(Place.REMOVE);
  }

  @Override
  public void clear() {
    batch.clear();
    at(Place.CLEAR);
  }
}

package io.pinion.guide.earley;

import io.pinion.guide.set.IntSet;
import java.util.Arrays;

/** Collects the items of an Earley set, each once, in the order in which they were added. */
final class EarleySetBuilder {
  /** The origin id of items that begin in the set being built. */
  private static final int HERE = -1;

  private int[] states = new int[128];
  private EarleySet[] origins = new EarleySet[128];
  private int[] table = new int[256];
  private int count;

  void clear() {
    Arrays.fill(origins, 0, count, null);
    Arrays.fill(table, 0);
    count = 0;
  }

  int size() {
    return count;
  }

  int state(int index) {
    return states[index];
  }

  /** The set in which an item began; null for the set being built. */
  EarleySet origin(int index) {
    return origins[index];
  }

  void add(int state, EarleySet origin) {
    if (count * 2 >= table.length) {
      grow();
    }
    int slot = slot(state, origin);
    if (table[slot] == 0) {
      states[count] = state;
      origins[count] = origin;
      table[slot] = ++count;
    }
  }

  private int slot(int state, EarleySet origin) {
    int mask = table.length - 1;
    int hash = state * 0x9e3779b9 + id(origin) * 0x85ebca6b;
    int slot = (hash ^ hash >>> 15) & mask;
    while (table[slot] != 0
        && (states[table[slot] - 1] != state || origins[table[slot] - 1] != origin)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    table = new int[table.length * 2];
    states = Arrays.copyOf(states, table.length);
    origins = Arrays.copyOf(origins, table.length);
    for (int i = 0; i < count; i++) {
      table[slot(states[i], origins[i])] = i + 1;
    }
  }

  private static int id(EarleySet origin) {
    return origin == null ? HERE : origin.id;
  }

  /**
   * Moves the items that can still advance to the front, in a canonical order, and collects the
   * lexemes that they expect.
   *
   * @return how many items these are
   */
  int keepOpen(TransitionNetwork network, IntSet expected) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      NetworkState state = network.state(states[i]);
      if (state.goesOn()) {
        states[kept] = states[i];
        origins[kept++] = origins[i];
        for (int lexeme : state.lexemes()) {
          expected.add(lexeme);
        }
      }
    }
    sort(kept);
    return kept;
  }

  private void sort(int kept) {
    if (kept < 32) {
      insertionSort(kept);
      return;
    }
    Integer[] order = new Integer[kept];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, this::compare);
    int[] sortedStates = new int[kept];
    EarleySet[] sortedOrigins = new EarleySet[kept];
    for (int i = 0; i < kept; i++) {
      sortedStates[i] = states[order[i]];
      sortedOrigins[i] = origins[order[i]];
    }
    System.arraycopy(sortedStates, 0, states, 0, kept);
    System.arraycopy(sortedOrigins, 0, origins, 0, kept);
  }

  private void insertionSort(int kept) {
    for (int i = 1; i < kept; i++) {
      int state = states[i];
      EarleySet origin = origins[i];
      int place = i;
      while (place > 0 && compare(place - 1, state, origin) > 0) {
        states[place] = states[place - 1];
        origins[place] = origins[place - 1];
        place--;
      }
      states[place] = state;
      origins[place] = origin;
    }
  }

  private int compare(int one, int other) {
    return compare(one, states[other], origins[other]);
  }

  private int compare(int index, int state, EarleySet origin) {
    int byState = Integer.compare(states[index], state);
    return byState != 0 ? byState : Integer.compare(id(origins[index]), id(origin));
  }

  int[] key(int kept, boolean accepting) {
    int[] key = new int[2 * kept + 1];
    for (int i = 0; i < kept; i++) {
      key[2 * i] = states[i];
      key[2 * i + 1] = id(origins[i]);
    }
    key[2 * kept] = accepting ? 1 : 0;
    return key;
  }

  int[] states(int kept) {
    return Arrays.copyOf(states, kept);
  }

  EarleySet[] origins(int kept) {
    return Arrays.copyOf(origins, kept);
  }
}

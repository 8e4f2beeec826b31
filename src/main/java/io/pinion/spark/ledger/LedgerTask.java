package io.pinion.spark.ledger;

import java.io.Serializable;

/**
 * What a task must know to use a ledger. Immutable and thread-safe.
 *
 * @param run names this run of the job, whose pieces are kept apart from those of other runs
 * @param logprobs whether answers need log probabilities
 * @param interval after how many seconds a task writes its answers; 0 for its own choice
 */
public record LedgerTask(
    LedgerFolder folder, String run, RequestKeys keys, boolean logprobs, int interval)
    implements Serializable {}

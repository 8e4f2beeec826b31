package io.pinion.generate.sample;

/**
 * The TorchScript source of the sampler's operations.
 *
 * <p>Shapes: g rows of logits in a group, V tokens of vocabulary, b beams, k candidates. "Minus
 * infinity" is -3.0e38, which stays finite in FLOAT32 and has probability 0.
 *
 * <p>The filters of {@code sample} are lower bounds of the scaled logits (the k-th best value; the
 * value at which the cumulative probability of the better ones reaches top-p; a share of the best),
 * so that neither ties nor other rows of the batch influence which tokens are kept. The draw then
 * uses the order of the vocabulary, and no sorted list is needed.
 *
 * <p>Weights that are not numbers, as of a logit that a penalty made infinite, make a row's log
 * probability NaN too: whatever token was drawn then is none of the row's.
 *
 * <p>On a CPU {@code max}, {@code log_softmax} and row sums take a tenth of the time of {@code
 * argmax}, {@code logsumexp} and {@code masked_fill}, because only they are vectorized.
 */
final class SamplerSource {
  static final String CLASS = "Sampler";

  private static final String TEXT =
      """
      class Sampler(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def split(self: __torch__.Sampler, numbers: Tensor, sizes: List[int]) -> List[Tensor]:
          return torch.split_with_sizes(numbers, sizes)
        def select(self: __torch__.Sampler, logits: Tensor, rows: Tensor) -> Tensor:
          return torch.index_select(logits, 0, torch.to(rows, 4))
        def store_masks(self: __torch__.Sampler, table: Tensor, at: Tensor, bits: Tensor, powers: Tensor, size: int) -> NoneType:
          wide = torch.bitwise_and(torch.unsqueeze(bits, 2), powers)
          flat = torch.reshape(torch.eq(wide, 0), [torch.size(bits, 0), -1])
          rows = torch.mul(torch.to(torch.narrow(flat, 1, 0, size), 6), -3.0e38)
          done = torch.index_copy_(table, 0, at, rows)
          return None
        def forbid(self: __torch__.Sampler, logits: Tensor, table: Tensor, rows: Tensor) -> Tensor:
          return torch.add(logits, torch.index_select(table, 0, torch.to(rows, 4)))
        def grow_counts(self: __torch__.Sampler, counts: Tensor, slots: int) -> Tensor:
          more = torch.sub(slots, torch.size(counts, 0))
          return torch.constant_pad_nd(counts, [0, 0, 0, 0, 0, more], 0.)
        def start_counts(self: __torch__.Sampler, counts: Tensor, slot: int, prompt: Tensor) -> NoneType:
          own = torch.zero_(torch.select(counts, 0, slot))
          seen = torch.index_fill_(torch.select(own, 0, 0), 0, prompt, 1.0)
          return None
        def copy_counts(self: __torch__.Sampler, counts: Tensor, source: int, target: int) -> NoneType:
          copied = torch.copy_(torch.select(counts, 0, target), torch.select(counts, 0, source))
          return None
        def count(self: __torch__.Sampler, counts: Tensor, slots_and_tokens: Tensor) -> NoneType:
          size = torch.size(counts, 2)
          first = torch.add(torch.mul(torch.select(slots_and_tokens, 0, 0), torch.mul(size, 2)), size)
          at = torch.add(first, torch.select(slots_and_tokens, 0, 1))
          done = torch.index_add_(torch.view(counts, [-1]), 0, at, torch.ones_like(at, dtype=6))
          return None
        def penalise(self: __torch__.Sampler, logits: Tensor, counts: Tensor, slots: Tensor, numbers: Tensor) -> Tensor:
          own = torch.index_select(counts, 0, torch.to(slots, 4))
          settings = torch.to(torch.reshape(numbers, [-1, 3]), 6)
          completion = torch.select(own, 1, 1)
          seen = torch.gt(torch.add(torch.select(own, 1, 0), completion), 0)
          repetition = torch.narrow(settings, 1, 0, 1)
          presence = torch.narrow(settings, 1, 1, 1)
          frequency = torch.narrow(settings, 1, 2, 1)
          less = torch.where(torch.gt(logits, 0), torch.div(logits, repetition), torch.mul(logits, repetition))
          repeated = torch.where(seen, less, logits)
          often = torch.sub(repeated, torch.mul(completion, frequency))
          return torch.sub(often, torch.mul(torch.type_as(torch.gt(completion, 0), logits), presence))
        def greedy(self: __torch__.Sampler, logits: Tensor) -> Tensor:
          return (torch.max(logits, 1))[1]
        def choose(self: __torch__.Sampler, raw: Tensor, adjusted: Tensor, table: Tensor, rows: Tensor, settings: Tensor, block: int, masked: bool, sampled: bool, largest_k: int, top_p_candidates: int, may_doubt: bool) -> List[Tensor]:
          count = torch.size(raw, 0)
          all_doubts = annotate(List[Tensor], [])
          all_ids = annotate(List[Tensor], [])
          all_logprobs = annotate(List[Tensor], [])
          for i in range(torch.floordiv(count + block - 1, block)):
            at = i * block
            size = ops.prim.min(block, count - at)
            logprobs = torch.log_softmax(torch.narrow(raw, 0, at, size), 1)
            own = torch.narrow(adjusted, 0, at, size)
            if masked:
              mask = torch.index_select(table, 0, torch.to(torch.narrow(rows, 0, at, size), 4))
              if may_doubt:
                allowed0 = torch.add(own, mask)
              else:
                allowed0 = torch.add_(own, mask)
              allowed = allowed0
            else:
              allowed = own
            if sampled:
              mine = torch.narrow(torch.reshape(settings, [-1, 5]), 0, at, size)
              drawn = self.sample(allowed, mine, largest_k, top_p_candidates, may_doubt)
              if may_doubt:
                all_doubts = torch.append(all_doubts, torch.squeeze(drawn[2], 1))
              ids = drawn[0]
              chosen = torch.gather(logprobs, 1, torch.unsqueeze(ids, 1))
              logprob = torch.where(torch.isnan(drawn[1]), drawn[1], chosen)
            else:
              ids = self.greedy(allowed)
              logprob = torch.gather(logprobs, 1, torch.unsqueeze(ids, 1))
            all_ids = torch.append(all_ids, ids)
            all_logprobs = torch.append(all_logprobs, torch.squeeze(logprob, 1))
          chosen = [torch.cat(all_ids), torch.cat(all_logprobs)]
          if may_doubt:
            chosen = torch.append(chosen, torch.cat(all_doubts))
          return chosen
        def top_k_floor(self: __torch__.Sampler, scaled: Tensor, top_k: Tensor, largest: int) -> Tensor:
          best = (torch.topk(scaled, largest, 1, True, True))[0]
          at = torch.clamp(torch.sub(top_k, 1), 0, torch.sub(largest, 1))
          floor = torch.gather(best, 1, at)
          return torch.masked_fill(floor, torch.lt(top_k, 1), -3.0e38)
        def top_p_floor(self: __torch__.Sampler, kept: Tensor, best: Tensor, top_p: Tensor) -> List[Tensor]:
          all = torch.logsumexp(kept, [1], True)
          probabilities = torch.to(torch.exp(torch.sub(best, all)), 7)
          before = torch.sub(torch.cumsum(probabilities, 1), probabilities)
          inside = torch.sum(torch.to(torch.lt(before, top_p), 4), [1], True)
          floor = torch.gather(best, 1, torch.clamp(torch.sub(inside, 1), 0))
          off = torch.ge(top_p, 1)
          full = torch.logical_and(torch.eq(inside, torch.size(best, 1)), torch.logical_not(off))
          return [torch.masked_fill(floor, off, -3.0e38), full]
        def sample(self: __torch__.Sampler, logits: Tensor, settings: Tensor, largest_k: int, top_p_candidates: int, may_doubt: bool) -> List[Tensor]:
          temperature = torch.to(torch.narrow(settings, 1, 0, 1), 6)
          top_p = torch.narrow(settings, 1, 1, 1)
          floor = torch.to(torch.narrow(settings, 1, 2, 1), 6)
          uniform = torch.narrow(settings, 1, 3, 1)
          top_k = torch.to(torch.narrow(settings, 1, 4, 1), 4)
          size = torch.size(logits, 1)
          scaled = torch.clamp(torch.div(torch.sub(logits, torch.amax(logits, [1], True)), temperature), -3.0e38)
          if torch.gt(largest_k, 0):
            k_floor = self.top_k_floor(scaled, top_k, largest_k)
            floor0 = torch.maximum(floor, k_floor)
            kept = torch.masked_fill(scaled, torch.lt(scaled, k_floor), -3.0e38)
          else:
            floor0 = floor
            kept = scaled
          if torch.gt(top_p_candidates, 0):
            found = self.top_p_floor(kept, (torch.topk(kept, top_p_candidates, 1, True, True))[0], top_p)
            if torch.__and__(torch.lt(top_p_candidates, size), torch.__not__(may_doubt)):
              again = bool(torch.any(found[1]))
            else:
              again = False
            if again:
              found0 = self.top_p_floor(kept, (torch.sort(kept, 1, True))[0], top_p)
            else:
              found0 = found
            floor1 = torch.maximum(floor0, found0[0])
            doubts = found[1]
          else:
            floor1 = floor0
            doubts = top_p
          weights = torch.masked_fill(torch.exp(scaled), torch.lt(scaled, floor1), 0.)
          sums = torch.cumsum(weights, 1, dtype=7)
          total = torch.narrow(sums, 1, torch.sub(size, 1), 1)
          found_at = torch.searchsorted(sums, torch.mul(uniform, total), right=True)
          ids = torch.squeeze(torch.clamp(found_at, 0, torch.sub(size, 1)), 1)
          return [ids, torch.to(total, 6), doubts]
        def log_softmax(self: __torch__.Sampler, logits: Tensor) -> Tensor:
          return torch.log_softmax(logits, 1)
        def beams(self: __torch__.Sampler, scores: Tensor, logprobs: Tensor, sequence_weights: Tensor, candidates: int) -> List[Tensor]:
          weights = torch.unsqueeze(torch.type_as(sequence_weights, scores), 1)
          sums = torch.reshape(torch.add(scores, weights), [-1])
          best, places = torch.topk(sums, candidates, 0, True, True)
          chosen = torch.index_select(torch.reshape(logprobs, [-1]), 0, places)
          return [best, places, chosen]
        def pack(self: __torch__.Sampler, results: List[Tensor]) -> Tensor:
          wide = annotate(List[Tensor], [])
          for i in range(torch.len(results)):
            wide = torch.append(wide, torch.to(results[i], 7))
          return torch.cat(wide)
      """;

  /** Greedy choice in one operation, if CPU kernels are available; its masks are bits. */
  private static final String KERNEL =
      """
        def choose_greedy(self: __torch__.Sampler, raw: Tensor, adjusted: Tensor, bits: Tensor) -> List[Tensor]:
          ids, logprobs, = ops.pinion.greedy_sample(raw, adjusted, bits)
          return [ids, logprobs]
      """;

  private SamplerSource() {}

  static String text(boolean kernels) {
    return kernels ? TEXT + KERNEL : TEXT;
  }
}

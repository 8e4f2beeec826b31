/* What runs between a decoder's matrix products on a CPU. One row is one token. */
#ifndef PINION_KERNELS_H
#define PINION_KERNELS_H

#include <stdint.h>

/* libtorch's numbers of types. */
enum { UINT8 = 0, INT64 = 4, FLOAT32 = 6, BFLOAT16 = 15 };

/* Tokens in a block of the cache; CpuKernels.BLOCK. */
enum { BLOCK = 16 };

/* Rows of numbers. */
typedef struct {
  void* data;
  int type;
  int64_t columns;
} rows_t;

/* Rows that a product gave: where it was one of 8 bits each has a scale and a bias yet to come;
 * else both are null. */
typedef struct {
  rows_t rows;
  const float* scales;
  const void* bias;
  int bias_type;
} product_t;

/* Where rows go: as they are, or, where there are scales, as 8 bits around 128 with a scale for
 * each. */
typedef struct {
  rows_t rows;
  float* scales;
} target_t;

typedef struct {
  int64_t sequences;
  /* By sequence, its new tokens, and the position of the first of them. */
  const int64_t *counts, *starts;
  /* By sequence, the row of the cache that has its first tokens, and how many of them: whole
   * blocks. */
  const int64_t *shared_rows, *shared;
  int64_t first_slot; /* the first sequence's own row; the others follow */
  int64_t heads, kv_heads, dim, window;
  const void *query_norm, *key_norm; /* null where there is none */
  int norm_type;
  float epsilon;
  const float *cosines,
      *sines;          /* [positions, dim]; the first half of each row of sines is negative */
  void *keys, *values; /* [rows, kv heads, length / BLOCK, BLOCK * dim] */
  int cache_type;
  int64_t length;
} attention_t;

typedef struct {
  /* The norm of each row by the root of its mean square, times a weight, for rows [from, to). */
  void (*norm)(rows_t x, const void* weight, int weight_type, float epsilon, int64_t from,
               int64_t to, target_t out);
  /* sum = x + product, and its norm. */
  void (*add_norm)(rows_t x, product_t product, const void* weight, int weight_type, float epsilon,
                   int64_t from, int64_t to, rows_t sum, target_t out);
  /* silu(first half of a row) * second half. */
  void (*gate)(product_t both, int64_t from, int64_t to, target_t out);
  /*
   * For one sequence and key/value head: turns queries and keys, stores keys and values, and mixes
   * values by attention into the head's columns of the sequence's rows, the first of which is
   * given. Needs scratch for attention_scratch numbers.
   */
  void (*attend)(product_t qkv, const attention_t* attention, int64_t sequence, int64_t kv_head,
                 int64_t row, float* scratch, rows_t mixed);
  /* Rows of FLOAT32 to where they go. */
  void (*keep)(const float* rows, int64_t from, int64_t to, target_t out);
  /*
   * For rows [from, to): the place of the largest adjusted logit among those whose bit is set, the
   * first of equals, and the logarithmic probability of its logit among all; NaN where logits are
   * no numbers. Without bits all are allowed.
   */
  void (*greedy)(const float* logits, const float* adjusted, const uint8_t* bits, int64_t columns,
                 int64_t from, int64_t to, int64_t* ids, float* logprobs);
} kernels_t;

/* How many numbers of scratch a sequence with so many new tokens needs. */
static inline int64_t attention_scratch(const attention_t* a, int64_t count) {
  return 4 * a->length + 4 * a->dim + count * (a->heads / a->kv_heads) * a->dim;
}

extern const kernels_t pinion_kernels_avx2, pinion_kernels_avx512, pinion_kernels_avx512_bf16;

#endif

/*
 * Fused CPU kernels: what a decoder layer does between its matrix multiplications (RMS norm, rotary
 * embedding, attention over the KV cache, SiLU gate, int8 quantization) and greedy sampling. One
 * row is one token. Kernels write rows [from, to), so that threads can share a batch.
 */
#ifndef PINION_KERNELS_H
#define PINION_KERNELS_H

#include <stdint.h>

/* libtorch's numbers of its dtypes (c10/core/ScalarType.h). */
enum { UINT8 = 0, INT64 = 4, FLOAT32 = 6, BFLOAT16 = 15 };

/* Tokens in a block of the KV cache; CpuKernels.BLOCK. */
enum { BLOCK = 16 };

/* A contiguous row-major matrix; its number of rows is known from the context. */
typedef struct {
  void* data;
  int dtype;
  int64_t columns;
} matrix_t;

/*
 * The output of a GEMM (linear layer). That of an int8 GEMM is still to be multiplied by the scale
 * of each row of its input, and its bias added; else scales and bias are null.
 */
typedef struct {
  matrix_t matrix;
  const float* scales;
  const void* bias;
  int bias_dtype;
} gemm_output_t;

/*
 * Activations that a kernel writes: as they are, or, where scales is not null, quantized
 * dynamically per token to UINT8 with zero point 128 and one scale per row.
 */
typedef struct {
  matrix_t matrix;
  float* scales;
} activations_t;

typedef struct {
  int64_t sequences;
  /* By sequence: its number of new tokens, and the position of the first of them. */
  const int64_t *query_lengths, *start_positions;
  /* By sequence: the slot that holds its shared prefix, and the prefix's length, whole blocks. */
  const int64_t *prefix_slots, *prefix_lengths;
  int64_t first_slot; /* the slot of the first sequence; those of the others follow */
  int64_t heads, kv_heads, head_dim;
  int64_t sliding_window;            /* 0 for none */
  const void *query_norm, *key_norm; /* weights of the norms of each head; null for none */
  int norm_dtype;
  float epsilon;
  const float *rotary_cos,
      *rotary_sin;     /* [positions, head_dim]; first half of a sine row negated */
  void *keys, *values; /* KV cache: [slots, kv_heads, blocks, BLOCK * head_dim] */
  int cache_dtype;
  int64_t max_length; /* tokens in a slot */
} attention_t;

/* The scratch that is given holds a row of the input in FLOAT32, unless stated otherwise. */
typedef struct {
  /* RMS norm of rows of x. */
  void (*rms_norm)(matrix_t x, const void* weight, int weight_dtype, float epsilon, int64_t from,
                   int64_t to, float* scratch, activations_t out);
  /* Residual addition and RMS norm: sum = x + gemm, out = norm(sum). */
  void (*add_rms_norm)(matrix_t x, gemm_output_t gemm, const void* weight, int weight_dtype,
                       float epsilon, int64_t from, int64_t to, float* scratch, matrix_t sum,
                       activations_t out);
  /* SwiGLU: silu(first half of a row) * second half. */
  void (*silu_and_mul)(gemm_output_t gate_up, int64_t from, int64_t to, float* scratch,
                       activations_t out);
  /*
   * Causal attention of one sequence and key/value head (grouped-query): applies the rotary
   * embedding (RoPE) to queries and keys, stores keys and values in the cache, and writes
   * softmax(QK^T)V to the heads' columns of out, in the sequence's rows, of which `row` is the
   * first. Needs scratch for attention_scratch floats.
   */
  void (*attention)(gemm_output_t qkv, const attention_t* attention, int64_t sequence,
                    int64_t kv_head, int64_t row, float* scratch, matrix_t out);
  /* Writes FLOAT32 rows as activations: quantizes them, or copies. */
  void (*store_rows)(const float* rows, int64_t from, int64_t to, activations_t out);
  /*
   * For each row: the argmax of the adjusted logits among the tokens whose mask bit is set, the
   * first of equals, and the log probability of its raw logit among all tokens; NaN where logits
   * are NaN. A null mask allows all tokens.
   */
  void (*greedy_sample)(const float* logits, const float* adjusted, const uint8_t* mask,
                        int64_t columns, int64_t from, int64_t to, int64_t* ids, float* logprobs);
} kernels_t;

/* The floats of scratch that attention needs for a sequence with so many new tokens. */
static inline int64_t attention_scratch(const attention_t* a, int64_t query_length) {
  return 4 * a->max_length + 4 * a->head_dim +
         query_length * (a->heads / a->kv_heads) * a->head_dim;
}

extern const kernels_t pinion_kernels_avx2, pinion_kernels_avx512, pinion_kernels_avx512_bf16;

#endif

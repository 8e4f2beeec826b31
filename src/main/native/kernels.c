/*
 * The kernels, compiled once per instruction set (LEVEL). All arithmetic is in FLOAT32, rounded
 * only where a result is stored. The result for one row never depends on the other rows, so that no
 * row's text depends on the batch it is in.
 */
#include "kernels.h"

#include <string.h>
#ifdef __AVX512F__
#include <immintrin.h>
enum { LANES = 16, TILE = 4 };
#else
enum { LANES = 8, TILE = 2 };
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * SIMD vectors exactly as wide as the machine's registers: compilers generate slow code for wider
 * ones. A register tile of 4 rows by TILE vectors fills the register file.
 */
typedef float vec_f32 __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint32_t vec_u32 __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t vec_i32 __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t vec_u16 __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef uint8_t vec_u8 __attribute__((vector_size(LANES), aligned(1), may_alias));

ALWAYS_INLINE vec_f32 broadcast(float x) { return x - (vec_f32){}; }

ALWAYS_INLINE vec_f32 load_f32(const float* from) { return *(const vec_f32*)from; }

ALWAYS_INLINE vec_f32 load_bf16(const uint16_t* from) {
  return (vec_f32)(__builtin_convertvector(*(const vec_u16*)from, vec_u32) << 16);
}

/* Rounds to nearest, ties to even, as libtorch does; NaN stays NaN. */
ALWAYS_INLINE vec_u32 round_to_bf16(vec_f32 x) {
  vec_u32 bits = (vec_u32)x;
  vec_u32 rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  vec_u32 nan = (vec_u32)(x != x);
  return (rounded & ~nan) | (0x7fc0 & nan);
}

ALWAYS_INLINE void store_bf16(uint16_t* to, vec_f32 x) {
  *(vec_u16*)to = __builtin_convertvector(round_to_bf16(x), vec_u16);
}

ALWAYS_INLINE vec_f32 load(const void* from, int dtype, int64_t at) {
  return dtype == BFLOAT16 ? load_bf16((const uint16_t*)from + at)
                           : load_f32((const float*)from + at);
}

ALWAYS_INLINE void store(void* to, int dtype, int64_t at, vec_f32 x) {
  if (dtype == BFLOAT16) {
    store_bf16((uint16_t*)to + at, x);
  } else {
    *(vec_f32*)((float*)to + at) = x;
  }
}

/* Stores the lowest byte of each lane. */
ALWAYS_INLINE void store_u8(uint8_t* to, vec_u32 x) {
#ifdef __AVX512F__
  /* A single instruction, where gcc 12 generates many for __builtin_convertvector. */
  _mm_storeu_si128((__m128i*)to, _mm512_cvtepi32_epi8((__m512i)x));
#else
  *(vec_u8*)to = __builtin_convertvector(x, vec_u8);
#endif
}

ALWAYS_INLINE float reduce_add(vec_f32 x) {
  float total = 0;
  for (int i = 0; i < LANES; i++) total += x[i];
  return total;
}

ALWAYS_INLINE vec_f32 vec_max(vec_f32 a, vec_f32 b) {
  vec_i32 more = a > b;
  return (vec_f32)(((vec_i32)a & more) | ((vec_i32)b & ~more));
}

ALWAYS_INLINE float reduce_max(vec_f32 x) {
  float best = x[0];
  for (int i = 1; i < LANES; i++) best = x[i] > best ? x[i] : best;
  return best;
}

/*
 * exp(x) to about 2 ulp for x in [-87, 88], 0 below: x = n ln 2 + r, 2^n made of exponent bits and
 * e^r of a polynomial.
 */
ALWAYS_INLINE vec_f32 vec_exp(vec_f32 x) {
  vec_i32 low = x < broadcast(-87.0f);
  vec_f32 bounded = vec_max(x, broadcast(-87.0f));
  vec_i32 high = bounded > broadcast(88.0f);
  bounded = (vec_f32)(((vec_i32)bounded & ~high) | ((vec_i32)broadcast(88.0f) & high));
  /* Adding 1.5 * 2^23 rounds to an integer, since such a sum has no fraction bits left. */
  vec_f32 shifted = bounded * 1.44269504f + 12582912.0f;
  vec_f32 n = shifted - 12582912.0f;
  vec_f32 r = bounded - n * 0.693145752f - n * 1.42860677e-6f;
  vec_f32 p = 1.9875691e-4f + (vec_f32){};
  p = p * r + 1.3981999e-3f;
  p = p * r + 8.3334519e-3f;
  p = p * r + 4.1665795e-2f;
  p = p * r + 1.6666665e-1f;
  p = p * r + 5.0000001e-1f;
  p = p * r * r + r + 1.0f;
  vec_i32 exponent = (__builtin_convertvector(n, vec_i32) + 127) << 23;
  return (vec_f32)((vec_i32)(p * (vec_f32)exponent) & ~low);
}

/* Loads columns of a row of a GEMM's output as FLOAT32; dequantizes that of an int8 GEMM. */
ALWAYS_INLINE void load_gemm_output(const gemm_output_t* gemm, int64_t row, int64_t column,
                                    int64_t count, float* to) {
  int64_t from = row * gemm->matrix.columns + column;
  if (gemm->scales == NULL) {
    for (int64_t i = 0; i < count; i += LANES)
      store(to, FLOAT32, i, load(gemm->matrix.data, gemm->matrix.dtype, from + i));
    return;
  }
  vec_f32 scale = broadcast(gemm->scales[row]);
  for (int64_t i = 0; i < count; i += LANES) {
    vec_f32 x = load(gemm->matrix.data, gemm->matrix.dtype, from + i) * scale;
    if (gemm->bias != NULL) x += load(gemm->bias, gemm->bias_dtype, column + i);
    store(to, FLOAT32, i, x);
  }
}

/* Keeps the scale of a row of zeros from being 0. */
#define MIN_MAX_ABS 1e-12f

/* Stores a row; quantized, its largest absolute value becomes 127 steps from the zero point 128. */
ALWAYS_INLINE void store_row(const activations_t* out, int64_t row, const float* x) {
  int64_t columns = out->matrix.columns, to = row * columns;
  if (out->scales == NULL) {
    for (int64_t i = 0; i < columns; i += LANES)
      store(out->matrix.data, out->matrix.dtype, to + i, load_f32(x + i));
    return;
  }
  vec_f32 max = broadcast(MIN_MAX_ABS);
  for (int64_t i = 0; i < columns; i += LANES) {
    vec_f32 v = load_f32(x + i);
    max = vec_max((vec_f32)((vec_u32)v & 0x7fffffff), max);
  }
  float max_abs = reduce_max(max);
  out->scales[row] = max_abs / 127.0f;
  vec_f32 inverse_scale = broadcast(127.0f / max_abs);
  for (int64_t i = 0; i < columns; i += LANES) {
    /* Truncation of a positive number plus 0.5 rounds it to the nearest. */
    vec_f32 shifted = load_f32(x + i) * inverse_scale + 128.5f;
    store_u8((uint8_t*)out->matrix.data + to + i,
             (vec_u32) __builtin_convertvector(shifted, vec_i32));
  }
}

ALWAYS_INLINE void rms_norm_row(float* x, int64_t columns, const void* weight, int weight_dtype,
                                float epsilon) {
  vec_f32 squares[4] = {};
  int64_t i = 0;
  for (; i + 4 * LANES <= columns; i += 4 * LANES) {
    for (int j = 0; j < 4; j++) {
      vec_f32 v = load_f32(x + i + j * LANES);
      squares[j] += v * v;
    }
  }
  for (; i < columns; i += LANES) squares[0] += load_f32(x + i) * load_f32(x + i);
  float mean = reduce_add((squares[0] + squares[1]) + (squares[2] + squares[3])) / columns;
  vec_f32 scale = broadcast(1.0f / __builtin_sqrtf(mean + epsilon));
  for (i = 0; i < columns; i += LANES)
    store(x, FLOAT32, i, load_f32(x + i) * scale * load(weight, weight_dtype, i));
}

static void rms_norm(matrix_t x, const void* weight, int weight_dtype, float epsilon, int64_t from,
                     int64_t to, float* restrict row, activations_t out) {
  gemm_output_t plain = {.matrix = x};
  for (int64_t i = from; i < to; i++) {
    load_gemm_output(&plain, i, 0, x.columns, row);
    rms_norm_row(row, x.columns, weight, weight_dtype, epsilon);
    store_row(&out, i, row);
  }
}

static void add_rms_norm(matrix_t x, gemm_output_t gemm, const void* weight, int weight_dtype,
                         float epsilon, int64_t from, int64_t to, float* restrict row,
                         matrix_t residual, activations_t out) {
  int64_t columns = x.columns;
  for (int64_t i = from; i < to; i++) {
    load_gemm_output(&gemm, i, 0, columns, row);
    for (int64_t j = 0; j < columns; j += LANES) {
      store(residual.data, residual.dtype, i * columns + j,
            load_f32(row + j) + load(x.data, x.dtype, i * columns + j));
      /* The norm is taken of the sum as stored, rounded to its dtype. */
      store(row, FLOAT32, j, load(residual.data, residual.dtype, i * columns + j));
    }
    rms_norm_row(row, columns, weight, weight_dtype, epsilon);
    store_row(&out, i, row);
  }
}

static void silu_and_mul(gemm_output_t gate_up, int64_t from, int64_t to, float* restrict row,
                         activations_t out) {
  int64_t columns = out.matrix.columns;
  for (int64_t i = from; i < to; i++) {
    load_gemm_output(&gate_up, i, 0, 2 * columns, row);
    for (int64_t j = 0; j < columns; j += LANES) {
      vec_f32 g = load_f32(row + j);
      store(row, FLOAT32, j, g / (1.0f + vec_exp(-g)) * load_f32(row + columns + j));
    }
    store_row(&out, i, row);
  }
}

/*
 * Attention. A block of the KV cache holds BLOCK tokens: keys as [head_dim, BLOCK], so that one
 * vector holds one dimension of several tokens' keys and scores need no horizontal sums; values as
 * [BLOCK, head_dim]. In BFLOAT16 the two neighbours that a dot product of pairs (VDPBF16PS)
 * multiplies and sums share a 32-bit word: two dimensions of a key, one dimension of two tokens'
 * values.
 */

/* a + the dot product of each word's pair of BFLOAT16 numbers. */
ALWAYS_INLINE vec_f32 dot_bf16_pairs(vec_f32 a, vec_u32 x, vec_u32 y) {
#ifdef __AVX512BF16__
  return (vec_f32)_mm512_dpbf16_ps((__m512)a, (__m512bh)x, (__m512bh)y);
#else
  a += (vec_f32)(x << 16) * (vec_f32)(y << 16);
  return a + (vec_f32)(x & 0xffff0000u) * (vec_f32)(y & 0xffff0000u);
#endif
}

ALWAYS_INLINE vec_u32 broadcast_word(const void* from, int64_t at) {
  return *((const uint32_t*)from + at) - (vec_u32){};
}

ALWAYS_INLINE vec_u32 load_words(const void* from, int64_t at) {
  return *(const vec_u32*)((const uint32_t*)from + at);
}

ALWAYS_INLINE vec_f32 multiply_add(int dtype, vec_f32 a, vec_u32 x, vec_u32 y) {
  if (dtype == BFLOAT16) return dot_bf16_pairs(a, x, y);
  return a + (vec_f32)x * (vec_f32)y;
}

/* The number of 32-bit words that so many numbers take. */
ALWAYS_INLINE int64_t word_count(int dtype, int64_t numbers) {
  return dtype == BFLOAT16 ? numbers / 2 : numbers;
}

/* QK^T: scores of R queries with B vectors of keys, those of the tokens from `token` on. */
ALWAYS_INLINE void query_key_scores(int R, int B, int dtype, const void* const* queries,
                                    const char* keys, int64_t token, int64_t head_dim, float scale,
                                    float* const* scores) {
  vec_f32 a[4][TILE] = {};
  int64_t n = word_count(dtype, head_dim), at[TILE];
  for (int b = 0; b < B; b++)
    at[b] = (token + b * LANES) / BLOCK * BLOCK * n + (token + b * LANES) % BLOCK;
  for (int64_t d = 0; d < n; d++) {
    vec_u32 k[TILE];
    for (int b = 0; b < B; b++) k[b] = load_words(keys, at[b] + d * BLOCK);
    for (int r = 0; r < R; r++) {
      vec_u32 q = broadcast_word(queries[r], d);
      for (int b = 0; b < B; b++) a[r][b] = multiply_add(dtype, a[r][b], k[b], q);
    }
  }
  for (int r = 0; r < R; r++) {
    for (int b = 0; b < B; b++) store(scores[r], FLOAT32, token + b * LANES, a[r][b] * scale);
  }
}

/*
 * softmax(QK^T)V: the values of tokens [from, to), C vectors of columns from `column` on, are
 * summed with R rows of softmax weights. Begins with 0, or with out where an earlier segment left
 * its sums, so that they are added up in one order whether or not a prefix has a segment of its
 * own. The last segment's sums are multiplied by the inverse sums of the weights. `from` is even,
 * so that pairs of tokens stay whole.
 */
ALWAYS_INLINE void accumulate_values(int R, int C, int dtype, const char* values,
                                     const void* const* weights, int64_t from, int64_t to,
                                     int64_t head_dim, int64_t column, const float* inverse_sums,
                                     int is_first, int is_last, float* const* out) {
  vec_f32 a[4][TILE] = {};
  if (!is_first) {
    for (int r = 0; r < R; r++) {
      for (int c = 0; c < C; c++) a[r][c] = load_f32(out[r] + column + c * LANES);
    }
  }
  int64_t first = dtype == BFLOAT16 ? from / 2 : from;
  int64_t last = dtype == BFLOAT16 ? (to + 1) / 2 : to;
  for (int64_t t = first; t < last; t++) {
    vec_u32 v[TILE];
    for (int c = 0; c < C; c++) v[c] = load_words(values, t * head_dim + column + c * LANES);
    for (int r = 0; r < R; r++) {
      vec_u32 w = broadcast_word(weights[r], t);
      for (int c = 0; c < C; c++) a[r][c] = multiply_add(dtype, a[r][c], v[c], w);
    }
  }
  for (int r = 0; r < R; r++) {
    for (int c = 0; c < C; c++) {
      int64_t at = column + c * LANES;
      if (is_last) a[r][c] *= inverse_sums[r];
      store(out[r], FLOAT32, at, a[r][c]);
    }
  }
}

/*
 * Replaces the scores of tokens [from, to) by unnormalized softmax weights and returns the inverse
 * of their sum. The masked tokens of the first and last block, [first, from) and [to, end), get
 * weight 0.
 */
ALWAYS_INLINE float softmax(int dtype, float* scores, int64_t from, int64_t to, int64_t first,
                            int64_t end) {
  for (int64_t i = first; i < from; i++) scores[i] = -3e38f;
  for (int64_t i = to; i < end; i++) scores[i] = -3e38f;
  vec_f32 best = broadcast(-3e38f);
  for (int64_t i = first; i < end; i += LANES) best = vec_max(load_f32(scores + i), best);
  vec_f32 max = broadcast(reduce_max(best));
  vec_f32 total = {};
  for (int64_t i = first; i < end; i += LANES) {
    vec_f32 e = vec_exp(load_f32(scores + i) - max);
    total += e;
    /* BFLOAT16 weights take half the place of the scores, so they overwrite only what was read. */
    store(scores, dtype, i, e);
  }
  return 1.0f / reduce_add(total);
}

/* Tokens [from, to) of a sequence in one slot of the cache; the slot's first token is token 0. */
typedef struct {
  const char *keys, *values;
  int64_t from, to;
} kv_segment_t;

/*
 * R queries of one key/value head; query r attends to tokens [from[r], to[r]), which lie in one or
 * two segments: the shared prefix and the sequence's own slot.
 */
ALWAYS_INLINE void attention_tile(int R, int dtype, const void* const* queries,
                                  const kv_segment_t* segments, int count, const int64_t* from,
                                  const int64_t* to, int64_t head_dim, float scale,
                                  float* const* scores, float* const* out) {
  int64_t first = segments[0].from, end = segments[count - 1].to;
  for (int p = 0; p < count; p++) {
    const kv_segment_t* segment = segments + p;
    int64_t token = segment->from;
    for (; token + TILE * LANES <= segment->to; token += TILE * LANES) {
      query_key_scores(R, TILE, dtype, queries, segment->keys, token, head_dim, scale, scores);
    }
    for (; token < segment->to; token += LANES)
      query_key_scores(R, 1, dtype, queries, segment->keys, token, head_dim, scale, scores);
  }
  float inverse_sums[4];
  for (int r = 0; r < R; r++)
    inverse_sums[r] = softmax(dtype, scores[r], from[r], to[r], first, end);
  const void* const* weights = (const void* const*)scores;
  for (int p = 0; p < count; p++) {
    const kv_segment_t* segment = segments + p;
    /* Scores cover the last block entirely; values must not, as those past the last token may be
     * NaN, which a weight of 0 would not cancel. */
    int is_first = p == 0, is_last = p == count - 1;
    int64_t last = is_last ? to[R - 1] : segment->to, column = 0;
    for (; column + TILE * LANES <= head_dim; column += TILE * LANES) {
      accumulate_values(R, TILE, dtype, segment->values, weights, segment->from, last, head_dim,
                        column, inverse_sums, is_first, is_last, out);
    }
    for (; column < head_dim; column += LANES) {
      accumulate_values(R, 1, dtype, segment->values, weights, segment->from, last, head_dim,
                        column, inverse_sums, is_first, is_last, out);
    }
  }
}

/* Compiles a tile for each number of rows, so that its loops unroll. */
ALWAYS_INLINE void attention_rows(int rows, int dtype, const void* const* queries,
                                  const kv_segment_t* segments, int count, const int64_t* from,
                                  const int64_t* to, int64_t head_dim, float scale,
                                  float* const* scores, float* const* out) {
  switch (rows) {
    case 1:
      attention_tile(1, dtype, queries, segments, count, from, to, head_dim, scale, scores, out);
      break;
    case 2:
      attention_tile(2, dtype, queries, segments, count, from, to, head_dim, scale, scores, out);
      break;
    case 3:
      attention_tile(3, dtype, queries, segments, count, from, to, head_dim, scale, scores, out);
      break;
    default:
      attention_tile(4, dtype, queries, segments, count, from, to, head_dim, scale, scores, out);
  }
}

/* Rotary embedding (RoPE), pairing dimension i with i + head_dim / 2 as GPT-NeoX does. */
ALWAYS_INLINE void rotate(float* x, int64_t head_dim, const float* cos, const float* sin) {
  int64_t half = head_dim / 2;
  for (int64_t i = 0; i < half; i++) {
    float low = x[i], high = x[i + half];
    x[i] = low * cos[i] + high * sin[i];
    x[i + half] = high * cos[i + half] + low * sin[i + half];
  }
}

ALWAYS_INLINE void store_key(int dtype, char* keys, int64_t position, int64_t head_dim,
                             const float* x) {
  int64_t lane = position % BLOCK, at = position / BLOCK * BLOCK * head_dim;
  if (dtype == FLOAT32) {
    for (int64_t d = 0; d < head_dim; d++) ((float*)keys)[at + d * BLOCK + lane] = x[d];
    return;
  }
  uint32_t* pairs = (uint32_t*)keys + at / 2 + lane;
  for (int64_t d = 0; d < head_dim; d += LANES) {
    vec_u32 numbers = round_to_bf16(load_f32(x + d));
    for (int i = 0; i < LANES; i += 2)
      pairs[(d + i) / 2 * BLOCK] = numbers[i] | numbers[i + 1] << 16;
  }
}

ALWAYS_INLINE void store_value(int dtype, char* values, int64_t position, int64_t head_dim,
                               const float* x) {
  if (dtype == FLOAT32) {
    memcpy((float*)values + position * head_dim, x, head_dim * sizeof(float));
    return;
  }
  uint32_t* pairs = (uint32_t*)values + position / 2 * head_dim;
  for (int64_t d = 0; d < head_dim; d += LANES) {
    vec_u32 number = round_to_bf16(load_f32(x + d));
    /* The even token is stored first. What an earlier sequence left in the odd token's half of the
     * word is multiplied by 0, so it has to be finite. */
    if (position % 2 != 0) number = (load_words(pairs, d) & 0xffff) | number << 16;
    *(vec_u32*)(pairs + d) = number;
  }
}

/* Loads one head of a query or key, normalized where the model does so, with its rotary embedding.
 */
ALWAYS_INLINE void load_rotated(const gemm_output_t* qkv, const attention_t* a, int64_t row,
                                int64_t position, int64_t head, const void* weight, float* x) {
  load_gemm_output(qkv, row, head * a->head_dim, a->head_dim, x);
  if (weight != NULL) rms_norm_row(x, a->head_dim, weight, a->norm_dtype, a->epsilon);
  rotate(x, a->head_dim, a->rotary_cos + position * a->head_dim,
         a->rotary_sin + position * a->head_dim);
}

ALWAYS_INLINE void attention_head(int dtype, const gemm_output_t* qkv, const attention_t* a,
                                  int64_t sequence, int64_t kv_head, int64_t row, float* scratch,
                                  const matrix_t* out) {
  int64_t head_dim = a->head_dim, group = a->heads / a->kv_heads, first_head = kv_head * group;
  int64_t count = a->query_lengths[sequence], start = a->start_positions[sequence];
  int64_t size = dtype == BFLOAT16 ? 2 : 4;
  int64_t head_bytes = a->max_length * head_dim * size;
  int64_t own_offset = ((a->first_slot + sequence) * a->kv_heads + kv_head) * head_bytes;
  int64_t prefix_offset = (a->prefix_slots[sequence] * a->kv_heads + kv_head) * head_bytes;
  int64_t prefix_length = a->prefix_lengths[sequence];
  char *keys = (char*)a->keys + own_offset, *values = (char*)a->values + own_offset;
  float* x = scratch + 4 * a->max_length;
  char* queries = (char*)(x + 4 * head_dim);
  for (int64_t t = 0; t < count; t++) {
    for (int64_t h = 0; h < group; h++) {
      load_rotated(qkv, a, row + t, start + t, first_head + h, a->query_norm, x);
      for (int64_t i = 0; i < head_dim; i += LANES)
        store(queries, dtype, (t * group + h) * head_dim + i, load_f32(x + i));
    }
    load_rotated(qkv, a, row + t, start + t, a->heads + kv_head, a->key_norm, x);
    store_key(dtype, keys, start + t, head_dim, x);
    load_gemm_output(qkv, row + t, (a->heads + a->kv_heads + kv_head) * head_dim, head_dim, x);
    store_value(dtype, values, start + t, head_dim, x);
  }
  float scale = 1.0f / __builtin_sqrtf((float)head_dim);
  float *scores[4], *results[4];
  for (int r = 0; r < 4; r++) {
    scores[r] = scratch + r * a->max_length;
    results[r] = x + r * head_dim;
  }
  for (int64_t q = 0; q < count * group; q += 4) {
    int rows = count * group - q < 4 ? (int)(count * group - q) : 4;
    const void* tile[4];
    int64_t from[4], to[4];
    for (int r = 0; r < rows; r++) {
      tile[r] = queries + (q + r) * head_dim * size;
      to[r] = start + (q + r) / group + 1;
      from[r] = a->sliding_window > 0 && to[r] > a->sliding_window ? to[r] - a->sliding_window : 0;
    }
    int64_t first = from[0] / BLOCK * BLOCK, end = (to[rows - 1] + BLOCK - 1) / BLOCK * BLOCK;
    kv_segment_t segments[2] = {
        {(char*)a->keys + prefix_offset, (char*)a->values + prefix_offset, first, prefix_length},
        {keys, values, first > prefix_length ? first : prefix_length, end}};
    int skipped = first < prefix_length ? 0 : 1;
    attention_rows(rows, dtype, tile, segments + skipped, 2 - skipped, from, to, head_dim, scale,
                   scores, results);
    for (int r = 0; r < rows; r++) {
      int64_t at =
          (row + (q + r) / group) * out->columns + (first_head + (q + r) % group) * head_dim;
      for (int64_t i = 0; i < head_dim; i += LANES)
        store(out->data, out->dtype, at + i, load_f32(results[r] + i));
    }
  }
}

static void attention(gemm_output_t qkv, const attention_t* a, int64_t sequence, int64_t kv_head,
                      int64_t row, float* scratch, matrix_t out) {
  if (a->cache_dtype == BFLOAT16) {
    attention_head(BFLOAT16, &qkv, a, sequence, kv_head, row, scratch, &out);
  } else {
    attention_head(FLOAT32, &qkv, a, sequence, kv_head, row, scratch, &out);
  }
}

static void store_rows(const float* rows, int64_t from, int64_t to, activations_t out) {
  for (int64_t i = from; i < to; i++) store_row(&out, i, rows + i * out.matrix.columns);
}

ALWAYS_INLINE int allowed(const uint8_t* mask, int64_t at) {
  return mask == NULL || (mask[at / 8] >> at % 8 & 1);
}

/* All ones in the lanes whose mask bit is set; `at` is a multiple of LANES. */
ALWAYS_INLINE vec_i32 allowed_lanes(const uint8_t* mask, int64_t at, vec_u32 lanes) {
  uint32_t bits = mask[at / 8];
  if (LANES == 16) bits |= (uint32_t)mask[at / 8 + 1] << 8;
  return (vec_i32)(((bits - (vec_u32){}) >> lanes & 1) != 0);
}

ALWAYS_INLINE void update_best(float x, int64_t at, float* best, int64_t* index) {
  if (*index < 0 || x > *best || (x == *best && at < *index)) {
    *best = x;
    *index = at;
  }
}

/* The argmax among allowed columns, the first of equals; -1 where there is no number among them. */
ALWAYS_INLINE int64_t masked_argmax(const float* x, const uint8_t* mask, int64_t columns) {
  vec_u32 lanes;
  for (int i = 0; i < LANES; i++) lanes[i] = (uint32_t)i;
  vec_f32 best = broadcast(-__builtin_inff());
  vec_i32 indices = (vec_i32){} - 1;
  int64_t i = 0;
  for (; i + LANES <= columns; i += LANES) {
    vec_f32 v = load_f32(x + i);
    vec_i32 better = v > best;
    if (mask != NULL) better &= allowed_lanes(mask, i, lanes);
    best = (vec_f32)(((vec_i32)v & better) | ((vec_i32)best & ~better));
    indices = (((vec_i32)lanes + (int32_t)i) & better) | (indices & ~better);
  }
  float max = 0;
  int64_t index = -1;
  for (int lane = 0; lane < LANES; lane++) {
    if (indices[lane] >= 0) update_best(best[lane], indices[lane], &max, &index);
  }
  for (; i < columns; i++) {
    if (allowed(mask, i) && x[i] == x[i]) update_best(x[i], i, &max, &index);
  }
  return index;
}

/* log(sum(exp(x))), NaN where an element is. */
ALWAYS_INLINE float log_sum_exp(const float* x, int64_t columns) {
  vec_f32 best = broadcast(-__builtin_inff());
  vec_u32 nan = {};
  int64_t i = 0;
  for (; i + LANES <= columns; i += LANES) {
    vec_f32 v = load_f32(x + i);
    best = vec_max(v, best);
    nan |= (vec_u32)(v != v);
  }
  float max = reduce_max(best), total = 0;
  for (int64_t j = i; j < columns; j++) max = x[j] > max ? x[j] : max;
  for (int lane = 0; lane < LANES; lane++) {
    if (nan[lane]) return __builtin_nanf("");
  }
  vec_f32 sums = {};
  for (i = 0; i + LANES <= columns; i += LANES) sums += vec_exp(load_f32(x + i) - max);
  for (total = reduce_add(sums); i < columns; i++) total += __builtin_expf(x[i] - max);
  return max + __builtin_logf(total);
}

static void greedy_sample(const float* logits, const float* adjusted, const uint8_t* mask,
                          int64_t columns, int64_t from, int64_t to, int64_t* ids,
                          float* logprobs) {
  int64_t mask_bytes = (columns + 7) / 8;
  for (int64_t i = from; i < to; i++) {
    const float* raw = logits + i * columns;
    int64_t index =
        masked_argmax(adjusted + i * columns, mask == NULL ? NULL : mask + i * mask_bytes, columns);
    /* No number among the allowed: any token will do, its log probability says that there is none. */
    ids[i] = index < 0 ? 0 : index;
    float all = log_sum_exp(raw, columns);
    logprobs[i] = (index < 0 ? -__builtin_inff() : raw[index]) - all;
  }
}

const kernels_t LEVEL = {rms_norm,  add_rms_norm, silu_and_mul,
                         attention, store_rows,   greedy_sample};

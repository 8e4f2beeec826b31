/*
 * The kernels, compiled once for each set of instructions (LEVEL). Everything is worked out in
 * FLOAT32 and rounded where it is stored. What is done for one row never depends on the others, so
 * that no row's text depends on its batch.
 */
#include "kernels.h"

#include <string.h>
#ifdef __AVX512F__
#include <immintrin.h>
enum { LANES = 16, TILE = 4 };
#else
enum { LANES = 8, TILE = 2 };
#endif

#define ALWAYS static inline __attribute__((always_inline))

/* Vectors as wide as the machine's: the compiler makes slow work of wider ones. TILE of them by 4
 * rows fill its registers. */
typedef float floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint32_t words __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t halves __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

ALWAYS floats all(float x) { return x - (floats){}; }

ALWAYS floats load_floats(const float* from) { return *(const floats*)from; }

ALWAYS floats load_bf16(const uint16_t* from) {
  return (floats)(__builtin_convertvector(*(const halves*)from, words) << 16);
}

/* To the nearest, ties to even. */
ALWAYS words rounded_bf16(floats x) {
  words bits = (words)x;
  words rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  words nan = (words)(x != x);
  return (rounded & ~nan) | (0x7fc0 & nan);
}

ALWAYS void store_bf16(uint16_t* to, floats x) {
  *(halves*)to = __builtin_convertvector(rounded_bf16(x), halves);
}

ALWAYS floats load(const void* from, int type, int64_t at) {
  return type == BFLOAT16 ? load_bf16((const uint16_t*)from + at)
                          : load_floats((const float*)from + at);
}

ALWAYS void store(void* to, int type, int64_t at, floats x) {
  if (type == BFLOAT16) {
    store_bf16((uint16_t*)to + at, x);
  } else {
    *(floats*)((float*)to + at) = x;
  }
}

/* The lowest byte of each word. */
ALWAYS void store_bytes(uint8_t* to, words x) {
#ifdef __AVX512F__
  /* One instruction, of which gcc 12 makes many. */
  _mm_storeu_si128((__m128i*)to, _mm512_cvtepi32_epi8((__m512i)x));
#else
  *(bytes*)to = __builtin_convertvector(x, bytes);
#endif
}

ALWAYS float sum(floats x) {
  float total = 0;
  for (int i = 0; i < LANES; i++) total += x[i];
  return total;
}

ALWAYS floats larger(floats a, floats b) {
  ints more = a > b;
  return (floats)(((ints)a & more) | ((ints)b & ~more));
}

ALWAYS float largest(floats x) {
  float best = x[0];
  for (int i = 1; i < LANES; i++) best = x[i] > best ? x[i] : best;
  return best;
}

/* e^x to about two units in the last place for x from -87 to 88, 0 below: 2^n by the exponent's
 * bits, the rest by a polynomial. */
ALWAYS floats exponential(floats x) {
  ints low = x < all(-87.0f);
  floats bounded = larger(x, all(-87.0f));
  ints high = bounded > all(88.0f);
  bounded = (floats)(((ints)bounded & ~high) | ((ints)all(88.0f) & high));
  floats shifted =
      bounded * 1.44269504f + 12582912.0f; /* 1.5 * 2^23: the sum has no digits behind the point */
  floats n = shifted - 12582912.0f;
  floats r = bounded - n * 0.693145752f - n * 1.42860677e-6f;
  floats p = 1.9875691e-4f + (floats){};
  p = p * r + 1.3981999e-3f;
  p = p * r + 8.3334519e-3f;
  p = p * r + 4.1665795e-2f;
  p = p * r + 1.6666665e-1f;
  p = p * r + 5.0000001e-1f;
  p = p * r * r + r + 1.0f;
  ints exponent = (__builtin_convertvector(n, ints) + 127) << 23;
  return (floats)((ints)(p * (floats)exponent) & ~low);
}

/* Columns of a row of a product as FLOAT32, with the scale and bias that an 8-bit one has yet to
 * get. */
ALWAYS void load_product(const product_t* product, int64_t row, int64_t column, int64_t count,
                         float* to) {
  int64_t from = row * product->rows.columns + column;
  if (product->scales == NULL) {
    for (int64_t i = 0; i < count; i += LANES)
      store(to, FLOAT32, i, load(product->rows.data, product->rows.type, from + i));
    return;
  }
  floats scale = all(product->scales[row]);
  for (int64_t i = 0; i < count; i += LANES) {
    floats x = load(product->rows.data, product->rows.type, from + i) * scale;
    if (product->bias != NULL) x += load(product->bias, product->bias_type, column + i);
    store(to, FLOAT32, i, x);
  }
}

/* Stores a row; in 8 bits its largest element becomes 127 steps off 128. */
ALWAYS void store_target(const target_t* out, int64_t row, const float* x) {
  int64_t columns = out->rows.columns, to = row * columns;
  if (out->scales == NULL) {
    for (int64_t i = 0; i < columns; i += LANES)
      store(out->rows.data, out->rows.type, to + i, load_floats(x + i));
    return;
  }
  floats most = all(1e-12f);
  for (int64_t i = 0; i < columns; i += LANES) {
    floats v = load_floats(x + i);
    most = larger((floats)((words)v & 0x7fffffff), most);
  }
  float peak = largest(most);
  out->scales[row] = peak / 127.0f;
  floats steps = all(127.0f / peak);
  for (int64_t i = 0; i < columns; i += LANES) {
    words step = (words) __builtin_convertvector(load_floats(x + i) * steps + 128.5f, ints);
    store_bytes((uint8_t*)out->rows.data + to + i, step);
  }
}

ALWAYS void norm_row(float* x, int64_t columns, const void* weight, int weight_type,
                     float epsilon) {
  floats squares[4] = {};
  int64_t i = 0;
  for (; i + 4 * LANES <= columns; i += 4 * LANES) {
    for (int j = 0; j < 4; j++) {
      floats v = load_floats(x + i + j * LANES);
      squares[j] += v * v;
    }
  }
  for (; i < columns; i += LANES) squares[0] += load_floats(x + i) * load_floats(x + i);
  float mean = sum((squares[0] + squares[1]) + (squares[2] + squares[3])) / columns;
  floats scale = all(1.0f / __builtin_sqrtf(mean + epsilon));
  for (i = 0; i < columns; i += LANES)
    store(x, FLOAT32, i, load_floats(x + i) * scale * load(weight, weight_type, i));
}

static void norm(rows_t x, const void* weight, int weight_type, float epsilon, int64_t from,
                 int64_t to, target_t out) {
  float row[x.columns];
  product_t plain = {.rows = x};
  for (int64_t i = from; i < to; i++) {
    load_product(&plain, i, 0, x.columns, row);
    norm_row(row, x.columns, weight, weight_type, epsilon);
    store_target(&out, i, row);
  }
}

static void add_norm(rows_t x, product_t product, const void* weight, int weight_type,
                     float epsilon, int64_t from, int64_t to, rows_t added, target_t out) {
  int64_t columns = x.columns;
  float row[columns];
  for (int64_t i = from; i < to; i++) {
    load_product(&product, i, 0, columns, row);
    for (int64_t j = 0; j < columns; j += LANES) {
      store(added.data, added.type, i * columns + j,
            load_floats(row + j) + load(x.data, x.type, i * columns + j));
      /* The norm is that of the sum as it is kept. */
      store(row, FLOAT32, j, load(added.data, added.type, i * columns + j));
    }
    norm_row(row, columns, weight, weight_type, epsilon);
    store_target(&out, i, row);
  }
}

static void gate(product_t both, int64_t from, int64_t to, target_t out) {
  int64_t columns = out.rows.columns;
  float row[2 * columns];
  for (int64_t i = from; i < to; i++) {
    load_product(&both, i, 0, 2 * columns, row);
    for (int64_t j = 0; j < columns; j += LANES) {
      floats g = load_floats(row + j);
      store(row, FLOAT32, j, g / (1.0f + exponential(-g)) * load_floats(row + columns + j));
    }
    store_target(&out, i, row);
  }
}

/*
 * Attention. A block of the cache holds BLOCK tokens: keys as [dim, BLOCK], so that one vector is
 * one number of each of some tokens' keys and scores need no sums across a vector; values as
 * [BLOCK, dim]. In BFLOAT16 two neighbours that are multiplied and summed lie in one word: two
 * numbers of a key, the same number of two tokens' values.
 */

/* a + the sums of the products of each word's two numbers. */
ALWAYS floats dot(floats a, words x, words y) {
#ifdef __AVX512BF16__
  return (floats)_mm512_dpbf16_ps((__m512)a, (__m512bh)x, (__m512bh)y);
#else
  a += (floats)(x << 16) * (floats)(y << 16);
  return a + (floats)(x & 0xffff0000u) * (floats)(y & 0xffff0000u);
#endif
}

ALWAYS words word(const void* from, int64_t at) {
  return *((const uint32_t*)from + at) - (words){};
}

ALWAYS words load_words(const void* from, int64_t at) {
  return *(const words*)((const uint32_t*)from + at);
}

ALWAYS floats one_product(int type, floats a, words x, words y) {
  if (type == BFLOAT16) return dot(a, x, y);
  return a + (floats)x * (floats)y;
}

/* How many words a vector of dim numbers has. */
ALWAYS int64_t words_of(int type, int64_t numbers) {
  return type == BFLOAT16 ? numbers / 2 : numbers;
}

/* Scores of R queries with the keys of B vectors of tokens from token on. */
ALWAYS void score(int R, int B, int type, const void* const* queries, const char* keys,
                  int64_t token, int64_t dim, float scale, float* const* scores) {
  floats a[4][TILE] = {};
  int64_t n = words_of(type, dim), at[TILE];
  for (int b = 0; b < B; b++)
    at[b] = (token + b * LANES) / BLOCK * BLOCK * n + (token + b * LANES) % BLOCK;
  for (int64_t d = 0; d < n; d++) {
    words k[TILE];
    for (int b = 0; b < B; b++) k[b] = load_words(keys, at[b] + d * BLOCK);
    for (int r = 0; r < R; r++) {
      words q = word(queries[r], d);
      for (int b = 0; b < B; b++) a[r][b] = one_product(type, a[r][b], k[b], q);
    }
  }
  for (int r = 0; r < R; r++) {
    for (int b = 0; b < B; b++) store(scores[r], FLOAT32, token + b * LANES, a[r][b] * scale);
  }
}

/*
 * C vectors of numbers from column on of the values of tokens [from, to), mixed by R rows of
 * weights, are put in out or, where there is something already, added to it. From is even.
 */
ALWAYS void mix(int R, int C, int type, const char* values, const void* const* weights,
                int64_t from, int64_t to, int64_t dim, int64_t column, const float* divisors,
                int add, float* const* out) {
  floats a[4][TILE] = {};
  int64_t first = type == BFLOAT16 ? from / 2 : from;
  int64_t last = type == BFLOAT16 ? (to + 1) / 2 : to;
  for (int64_t t = first; t < last; t++) {
    words v[TILE];
    for (int c = 0; c < C; c++) v[c] = load_words(values, t * dim + column + c * LANES);
    for (int r = 0; r < R; r++) {
      words w = word(weights[r], t);
      for (int c = 0; c < C; c++) a[r][c] = one_product(type, a[r][c], v[c], w);
    }
  }
  for (int r = 0; r < R; r++) {
    for (int c = 0; c < C; c++) {
      int64_t at = column + c * LANES;
      floats x = a[r][c] * divisors[r];
      if (add) x += load_floats(out[r] + at);
      store(out[r], FLOAT32, at, x);
    }
  }
}

/* Scores of tokens [from, to) become weights in place, unseen ones before, behind and up to the end
 * of a block 0; their sum's inverse. */
ALWAYS float weigh(int type, float* scores, int64_t from, int64_t to, int64_t first, int64_t end) {
  for (int64_t i = first; i < from; i++) scores[i] = -3e38f;
  for (int64_t i = to; i < end; i++) scores[i] = -3e38f;
  floats best = all(-3e38f);
  for (int64_t i = first; i < end; i += LANES) best = larger(load_floats(scores + i), best);
  floats most = all(largest(best));
  floats total = {};
  for (int64_t i = first; i < end; i += LANES) {
    floats e = exponential(load_floats(scores + i) - most);
    total += e;
    /* Weights in BFLOAT16 take half of their scores' place, from the row's start, where scores have
     * been read. */
    store(scores, type, i, e);
  }
  return 1.0f / sum(total);
}

/* Tokens [from, to) of a sequence, where they lie in one piece of memory whose first token is token
 * 0. */
typedef struct {
  const char *keys, *values;
  int64_t from, to;
} piece_t;

/* R queries of one key/value head; query r sees tokens [from[r], to[r]), which lie in one or two
 * pieces. */
ALWAYS void attend_rows(int R, int type, const void* const* queries, const piece_t* pieces,
                        int count, const int64_t* from, const int64_t* to, int64_t dim, float scale,
                        float* const* scores, float* const* out) {
  int64_t first = pieces[0].from, end = pieces[count - 1].to;
  for (int p = 0; p < count; p++) {
    const piece_t* piece = pieces + p;
    int64_t token = piece->from;
    for (; token + TILE * LANES <= piece->to; token += TILE * LANES) {
      score(R, TILE, type, queries, piece->keys, token, dim, scale, scores);
    }
    for (; token < piece->to; token += LANES)
      score(R, 1, type, queries, piece->keys, token, dim, scale, scores);
  }
  float divisors[4];
  for (int r = 0; r < R; r++) divisors[r] = weigh(type, scores[r], from[r], to[r], first, end);
  const void* const* weights = (const void* const*)scores;
  for (int p = 0; p < count; p++) {
    const piece_t* piece = pieces + p;
    /* The last piece is whole blocks for scores, but what lies behind the last token may be no
     * number. */
    int64_t last = p == count - 1 ? to[R - 1] : piece->to, column = 0;
    for (; column + TILE * LANES <= dim; column += TILE * LANES) {
      mix(R, TILE, type, piece->values, weights, piece->from, last, dim, column, divisors, p > 0,
          out);
    }
    for (; column < dim; column += LANES) {
      mix(R, 1, type, piece->values, weights, piece->from, last, dim, column, divisors, p > 0, out);
    }
  }
}

ALWAYS void attend_some(int rows, int type, const void* const* queries, const piece_t* pieces,
                        int count, const int64_t* from, const int64_t* to, int64_t dim, float scale,
                        float* const* scores, float* const* out) {
  switch (rows) {
    case 1:
      attend_rows(1, type, queries, pieces, count, from, to, dim, scale, scores, out);
      break;
    case 2:
      attend_rows(2, type, queries, pieces, count, from, to, dim, scale, scores, out);
      break;
    case 3:
      attend_rows(3, type, queries, pieces, count, from, to, dim, scale, scores, out);
      break;
    default:
      attend_rows(4, type, queries, pieces, count, from, to, dim, scale, scores, out);
  }
}

ALWAYS void turn(float* x, int64_t dim, const float* cosine, const float* sine) {
  int64_t half = dim / 2;
  for (int64_t i = 0; i < half; i++) {
    float low = x[i], high = x[i + half];
    x[i] = low * cosine[i] + high * sine[i];
    x[i + half] = high * cosine[i + half] + low * sine[i + half];
  }
}

ALWAYS void store_key(int type, char* keys, int64_t position, int64_t dim, const float* x) {
  int64_t lane = position % BLOCK, at = position / BLOCK * BLOCK * dim;
  if (type == FLOAT32) {
    for (int64_t d = 0; d < dim; d++) ((float*)keys)[at + d * BLOCK + lane] = x[d];
    return;
  }
  uint32_t* pairs = (uint32_t*)keys + at / 2 + lane;
  for (int64_t d = 0; d < dim; d += LANES) {
    words numbers = rounded_bf16(load_floats(x + d));
    for (int i = 0; i < LANES; i += 2)
      pairs[(d + i) / 2 * BLOCK] = numbers[i] | numbers[i + 1] << 16;
  }
}

ALWAYS void store_value(int type, char* values, int64_t position, int64_t dim, const float* x) {
  if (type == FLOAT32) {
    memcpy((float*)values + position * dim, x, dim * sizeof(float));
    return;
  }
  uint32_t* pairs = (uint32_t*)values + position / 2 * dim;
  for (int64_t d = 0; d < dim; d += LANES) {
    words number = rounded_bf16(load_floats(x + d));
    /* The even token comes first. What an earlier sequence left in the odd one's place is
     * multiplied by 0, so it must be finite. */
    if (position % 2 != 0) number = (load_words(pairs, d) & 0xffff) | number << 16;
    *(words*)(pairs + d) = number;
  }
}

ALWAYS void turned(const product_t* qkv, const attention_t* a, int64_t row, int64_t position,
                   int64_t head, const void* weight, float* x) {
  load_product(qkv, row, head * a->dim, a->dim, x);
  if (weight != NULL) norm_row(x, a->dim, weight, a->norm_type, a->epsilon);
  turn(x, a->dim, a->cosines + position * a->dim, a->sines + position * a->dim);
}

ALWAYS void attend_head(int type, const product_t* qkv, const attention_t* a, int64_t sequence,
                        int64_t kv_head, int64_t row, float* scratch, const rows_t* mixed) {
  int64_t dim = a->dim, group = a->heads / a->kv_heads, first_head = kv_head * group;
  int64_t count = a->counts[sequence], start = a->starts[sequence];
  int64_t size = type == BFLOAT16 ? 2 : 4;
  int64_t head_bytes = a->length * dim * size;
  int64_t own = ((a->first_slot + sequence) * a->kv_heads + kv_head) * head_bytes;
  int64_t others = (a->shared_rows[sequence] * a->kv_heads + kv_head) * head_bytes,
          shared = a->shared[sequence];
  char *keys = (char*)a->keys + own, *values = (char*)a->values + own;
  float* x = scratch + 4 * a->length;
  char* queries = (char*)(x + 4 * dim);
  for (int64_t t = 0; t < count; t++) {
    for (int64_t h = 0; h < group; h++) {
      turned(qkv, a, row + t, start + t, first_head + h, a->query_norm, x);
      for (int64_t i = 0; i < dim; i += LANES)
        store(queries, type, (t * group + h) * dim + i, load_floats(x + i));
    }
    turned(qkv, a, row + t, start + t, a->heads + kv_head, a->key_norm, x);
    store_key(type, keys, start + t, dim, x);
    load_product(qkv, row + t, (a->heads + a->kv_heads + kv_head) * dim, dim, x);
    store_value(type, values, start + t, dim, x);
  }
  float scale = 1.0f / __builtin_sqrtf((float)dim);
  float *scores[4], *into[4];
  for (int r = 0; r < 4; r++) {
    scores[r] = scratch + r * a->length;
    into[r] = x + r * dim;
  }
  for (int64_t q = 0; q < count * group; q += 4) {
    int rows = count * group - q < 4 ? (int)(count * group - q) : 4;
    const void* some[4];
    int64_t from[4], to[4];
    for (int r = 0; r < rows; r++) {
      some[r] = queries + (q + r) * dim * size;
      to[r] = start + (q + r) / group + 1;
      from[r] = a->window > 0 && to[r] > a->window ? to[r] - a->window : 0;
    }
    int64_t first = from[0] / BLOCK * BLOCK, end = (to[rows - 1] + BLOCK - 1) / BLOCK * BLOCK;
    piece_t pieces[2] = {{(char*)a->keys + others, (char*)a->values + others, first, shared},
                         {keys, values, first > shared ? first : shared, end}};
    int whole = first < shared ? 0 : 1;
    attend_some(rows, type, some, pieces + whole, 2 - whole, from, to, dim, scale, scores, into);
    for (int r = 0; r < rows; r++) {
      int64_t at = (row + (q + r) / group) * mixed->columns + (first_head + (q + r) % group) * dim;
      for (int64_t i = 0; i < dim; i += LANES)
        store(mixed->data, mixed->type, at + i, load_floats(into[r] + i));
    }
  }
}

static void attend(product_t qkv, const attention_t* a, int64_t sequence, int64_t kv_head,
                   int64_t row, float* scratch, rows_t mixed) {
  if (a->cache_type == BFLOAT16) {
    attend_head(BFLOAT16, &qkv, a, sequence, kv_head, row, scratch, &mixed);
  } else {
    attend_head(FLOAT32, &qkv, a, sequence, kv_head, row, scratch, &mixed);
  }
}

static void keep(const float* rows, int64_t from, int64_t to, target_t out) {
  for (int64_t i = from; i < to; i++) store_target(&out, i, rows + i * out.rows.columns);
}

ALWAYS int allowed(const uint8_t* bits, int64_t at) {
  return bits == NULL || (bits[at / 8] >> at % 8 & 1);
}

/* All ones in the lanes whose bit is set; at is a multiple of LANES. */
ALWAYS ints allowed_lanes(const uint8_t* bits, int64_t at, words lanes) {
  uint32_t some = bits[at / 8];
  if (LANES == 16) some |= (uint32_t)bits[at / 8 + 1] << 8;
  return (ints)(((some - (words){}) >> lanes & 1) != 0);
}

ALWAYS void consider(float x, int64_t at, float* best, int64_t* place) {
  if (*place < 0 || x > *best || (x == *best && at < *place)) {
    *best = x;
    *place = at;
  }
}

ALWAYS int64_t best_place(const float* x, const uint8_t* bits, int64_t columns) {
  words lanes;
  for (int i = 0; i < LANES; i++) lanes[i] = (uint32_t)i;
  floats best = all(-__builtin_inff());
  ints places = (ints){} - 1;
  int64_t i = 0;
  for (; i + LANES <= columns; i += LANES) {
    floats v = load_floats(x + i);
    ints better = v > best;
    if (bits != NULL) better &= allowed_lanes(bits, i, lanes);
    best = (floats)(((ints)v & better) | ((ints)best & ~better));
    places = (((ints)lanes + (int32_t)i) & better) | (places & ~better);
  }
  float most = 0;
  int64_t place = -1;
  for (int lane = 0; lane < LANES; lane++) {
    if (places[lane] >= 0) consider(best[lane], places[lane], &most, &place);
  }
  for (; i < columns; i++) {
    if (allowed(bits, i) && x[i] == x[i]) consider(x[i], i, &most, &place);
  }
  return place;
}

/* The logarithm of the sum of the exponentials. */
ALWAYS float log_sum(const float* x, int64_t columns) {
  floats best = all(-__builtin_inff());
  words nan = {};
  int64_t i = 0;
  for (; i + LANES <= columns; i += LANES) {
    floats v = load_floats(x + i);
    best = larger(v, best);
    nan |= (words)(v != v);
  }
  float most = largest(best), total = 0;
  for (int64_t j = i; j < columns; j++) most = x[j] > most ? x[j] : most;
  for (int lane = 0; lane < LANES; lane++) {
    if (nan[lane]) return __builtin_nanf("");
  }
  floats sums = {};
  for (i = 0; i + LANES <= columns; i += LANES) sums += exponential(load_floats(x + i) - most);
  for (total = sum(sums); i < columns; i++) total += __builtin_expf(x[i] - most);
  return most + __builtin_logf(total);
}

static void greedy(const float* logits, const float* adjusted, const uint8_t* bits, int64_t columns,
                   int64_t from, int64_t to, int64_t* ids, float* logprobs) {
  int64_t bytes = (columns + 7) / 8;
  for (int64_t i = from; i < to; i++) {
    const float* raw = logits + i * columns;
    int64_t place =
        best_place(adjusted + i * columns, bits == NULL ? NULL : bits + i * bytes, columns);
    /* Nothing that is a number: any place, whose NaN tells. */
    ids[i] = place < 0 ? 0 : place;
    logprobs[i] = place < 0 ? __builtin_nanf("") : raw[place] - log_sum(raw, columns);
  }
}

const kernels_t LEVEL = {norm, add_norm, gate, attend, keep, greedy};

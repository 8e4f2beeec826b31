/*
 * The kernels as operators of libtorch, for the TorchScript that KernelForward writes. They are
 * registered through libtorch's stable C interface (torch/csrc/inductor/aoti_torch/c/shim.h,
 * torch/csrc/stable/library.h of PyTorch 2.7), whose functions are looked up in the libtorch that
 * the process has loaded, so that neither its headers nor a C++ compiler are needed. An operator
 * cannot fail: what it is given is what KernelForward writes for shapes that KernelForward.fits has
 * looked at.
 *
 * Tensors are contiguous and lie on the CPU. One without elements stands for none.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

typedef uint64_t value_t; /* StableIValue */
typedef void* tensor_t;   /* AtenTensorHandle */
typedef void* library_t;  /* TorchLibraryHandle */

static struct {
  int32_t (*get_data_ptr)(tensor_t, void**);
  int32_t (*get_dtype)(tensor_t, int32_t*);
  int32_t (*get_size)(tensor_t, int64_t, int64_t*);
  int32_t (*get_numel)(tensor_t, int64_t*);
  int32_t (*empty_strided)(int64_t, const int64_t*, const int64_t*, int32_t, int32_t, int32_t,
                           tensor_t*);
  int32_t (*delete_tensor)(tensor_t);
  int32_t (*library_init_def)(const char*, const char*, uint32_t, library_t*);
  int32_t (*library_init_impl)(const char*, const char*, const char*, uint32_t, library_t*);
  int32_t (*library_def)(library_t, const char*);
  int32_t (*library_impl)(library_t, const char*, void (*)(value_t*, uint64_t, uint64_t));
  /* OpenMP as libtorch has it; null where it has none. */
  void (*parallel)(void (*)(void*), void*, unsigned, unsigned);
  int (*max_threads)(void);
  int (*thread_number)(void);
  int (*thread_count)(void);
} torch;

static const kernels_t* kernels;

static void require(int32_t code, const char* what) {
  if (code != 0) {
    fprintf(stderr, "pinion: libtorch's %s failed\n", what);
    abort();
  }
}

static void* data(tensor_t tensor) {
  void* pointer;
  require(torch.get_data_ptr(tensor, &pointer), "get_data_ptr");
  return pointer;
}

static int type(tensor_t tensor) {
  int32_t number;
  require(torch.get_dtype(tensor, &number), "get_dtype");
  return number;
}

static int64_t size(tensor_t tensor, int64_t dimension) {
  int64_t number;
  require(torch.get_size(tensor, dimension, &number), "get_size");
  return number;
}

static int64_t elements(tensor_t tensor) {
  int64_t number;
  require(torch.get_numel(tensor, &number), "get_numel");
  return number;
}

static void* data_or_null(tensor_t tensor) { return elements(tensor) == 0 ? NULL : data(tensor); }

static tensor_t empty(int type, int64_t rows, int64_t columns) {
  tensor_t made;
  int64_t sizes[] = {rows, columns}, strides[] = {columns, 1};
  require(torch.empty_strided(2, sizes, strides, type, 0, 0, &made), "empty_strided");
  return made;
}

static tensor_t empty_vector(int type, int64_t count) {
  tensor_t made;
  int64_t stride = 1;
  require(torch.empty_strided(1, &count, &stride, type, 0, 0, &made), "empty_strided");
  return made;
}

static rows_t rows(tensor_t tensor) {
  return (rows_t){data(tensor), type(tensor), size(tensor, 1)};
}

static product_t product(tensor_t x, tensor_t scales, tensor_t bias) {
  return (product_t){rows(x), data_or_null(scales), data_or_null(bias), type(bias)};
}

static tensor_t tensor(value_t value) {
  tensor_t handle;
  memcpy(&handle, &value, sizeof handle);
  return handle;
}

static float number(value_t value) {
  double wide;
  memcpy(&wide, &value, sizeof wide);
  return (float)wide;
}

static value_t value(tensor_t handle) {
  value_t wide = 0;
  memcpy(&wide, &handle, sizeof handle);
  return wide;
}

/* An operator owns the tensors it is called with. */
static void drop(const value_t* stack, int count) {
  for (int i = 0; i < count; i++)
    require(torch.delete_tensor(tensor(stack[i])), "delete_tensor_object");
}

/* A new target for rows, and the tensors that it is made of: of a type, or, for UINT8, with scales.
 */
typedef struct {
  target_t target;
  tensor_t rows, scales;
} output_t;

static output_t output(int type, int64_t count, int64_t columns) {
  output_t out = {.rows = empty(type, count, columns), .scales = NULL};
  out.target = (target_t){{data(out.rows), type, columns}, NULL};
  if (type == UINT8) {
    out.scales = empty(FLOAT32, count, 1);
    out.target.scales = data(out.scales);
  }
  return out;
}

/* An operator's results: rows, and their scales where they have any. */
static void give(value_t* stack, output_t out) {
  stack[0] = value(out.rows);
  if (out.scales != NULL) stack[1] = value(out.scales);
}

/* Runs work(data, from, to) over [0, count) on the threads that libtorch would take, if there are
 * grains enough. */
typedef struct {
  void (*work)(void*, int64_t, int64_t);
  void* data;
  int64_t count;
} share_t;

static void share(void* of) {
  share_t* all = of;
  int64_t n = torch.thread_count(), i = torch.thread_number();
  all->work(all->data, all->count * i / n, all->count * (i + 1) / n);
}

static void spread(void (*work)(void*, int64_t, int64_t), void* data, int64_t count,
                   int64_t grain) {
  int64_t most = torch.parallel == NULL ? 1 : torch.max_threads();
  int64_t threads = count / grain < most ? count / grain : most;
  if (threads < 2) {
    work(data, 0, count);
  } else {
    share_t all = {work, data, count};
    torch.parallel(share, &all, (unsigned)threads, 0);
  }
}

enum { ROWS_A_THREAD = 8 };

typedef struct {
  rows_t x, sum;
  product_t product;
  const void* weight;
  int weight_type;
  float epsilon;
  target_t out;
} row_work_t;

static void norm_rows(void* of, int64_t from, int64_t to) {
  row_work_t* w = of;
  kernels->norm(w->x, w->weight, w->weight_type, w->epsilon, from, to, w->out);
}

static void add_norm_rows(void* of, int64_t from, int64_t to) {
  row_work_t* w = of;
  kernels->add_norm(w->x, w->product, w->weight, w->weight_type, w->epsilon, from, to, w->sum,
                    w->out);
}

static void gate_rows(void* of, int64_t from, int64_t to) {
  row_work_t* w = of;
  kernels->gate(w->product, from, to, w->out);
}

static output_t normed(value_t* stack, int eight) {
  tensor_t x = tensor(stack[0]), weight = tensor(stack[1]);
  output_t out = output(eight ? UINT8 : type(x), size(x, 0), size(x, 1));
  row_work_t work = {.x = rows(x),
                     .weight = data(weight),
                     .weight_type = type(weight),
                     .epsilon = number(stack[2]),
                     .out = out.target};
  spread(norm_rows, &work, size(x, 0), ROWS_A_THREAD);
  drop(stack, 2);
  return out;
}

static void norm(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  give(stack, normed(stack, 0));
}

static void norm8(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  give(stack, normed(stack, 1));
}

static void add_norm8(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t x = tensor(stack[0]), weight = tensor(stack[4]);
  tensor_t sum = empty(type(x), size(x, 0), size(x, 1));
  output_t out = output(UINT8, size(x, 0), size(x, 1));
  row_work_t work = {.x = rows(x),
                     .sum = rows(sum),
                     .product = product(tensor(stack[1]), tensor(stack[2]), tensor(stack[3])),
                     .weight = data(weight),
                     .weight_type = type(weight),
                     .epsilon = number(stack[5]),
                     .out = out.target};
  spread(add_norm_rows, &work, size(x, 0), ROWS_A_THREAD);
  drop(stack, 5);
  stack[0] = value(sum);
  give(stack + 1, out);
}

static output_t gated(product_t both, int64_t count, int type) {
  output_t out = output(type, count, both.rows.columns / 2);
  row_work_t work = {.product = both, .out = out.target};
  spread(gate_rows, &work, count, ROWS_A_THREAD);
  return out;
}

static void gate(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t both = tensor(stack[0]);
  output_t out = gated((product_t){.rows = rows(both)}, size(both, 0), type(both));
  drop(stack, 1);
  give(stack, out);
}

static void gate8(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  output_t out = gated(product(tensor(stack[0]), tensor(stack[1]), tensor(stack[2])),
                       size(tensor(stack[0]), 0), UINT8);
  drop(stack, 3);
  give(stack, out);
}

/* Places of attend's arguments. */
enum {
  QKV,
  SCALES,
  BIAS,
  QUERY_NORM,
  KEY_NORM,
  COSINES,
  SINES,
  KEYS,
  VALUES,
  COUNTS,
  STARTS,
  SHARED_ROWS,
  SHARED,
  TENSORS,
  FIRST_SLOT = TENSORS,
  WINDOW,
  KV_HEADS,
  DIM,
  EPSILON
};

typedef struct {
  product_t qkv;
  attention_t attention;
  const int64_t* first_rows;
  int64_t most;
  rows_t mixed;
  target_t out;
} attend_work_t;

static void attend_heads(void* of, int64_t from, int64_t to) {
  attend_work_t* w = of;
  size_t bytes = (size_t)attention_scratch(&w->attention, w->most) * sizeof(float);
  float* scratch = aligned_alloc(64, (bytes + 63) / 64 * 64);
  require(scratch == NULL, "aligned_alloc");
  for (int64_t i = from; i < to; i++) {
    int64_t sequence = i / w->attention.kv_heads;
    kernels->attend(w->qkv, &w->attention, sequence, i % w->attention.kv_heads,
                    w->first_rows[sequence], scratch, w->mixed);
  }
  free(scratch);
}

static void keep_rows(void* of, int64_t from, int64_t to) {
  attend_work_t* w = of;
  kernels->keep(w->mixed.data, from, to, w->out);
}

static output_t attended(value_t* stack, int eight) {
  tensor_t qkv = tensor(stack[QKV]), keys = tensor(stack[KEYS]);
  int64_t kv_heads = (int64_t)stack[KV_HEADS], dim = (int64_t)stack[DIM], count = size(qkv, 0);
  int64_t heads = size(qkv, 1) / dim - 2 * kv_heads;
  attend_work_t work = {.qkv = product(qkv, tensor(stack[SCALES]), tensor(stack[BIAS])), .most = 1};
  work.attention = (attention_t){.sequences = size(tensor(stack[COUNTS]), 0),
                                 .counts = data(tensor(stack[COUNTS])),
                                 .starts = data(tensor(stack[STARTS])),
                                 .shared_rows = data(tensor(stack[SHARED_ROWS])),
                                 .shared = data(tensor(stack[SHARED])),
                                 .first_slot = (int64_t)stack[FIRST_SLOT],
                                 .heads = heads,
                                 .kv_heads = kv_heads,
                                 .dim = dim,
                                 .window = (int64_t)stack[WINDOW],
                                 .query_norm = data_or_null(tensor(stack[QUERY_NORM])),
                                 .key_norm = data_or_null(tensor(stack[KEY_NORM])),
                                 .norm_type = type(tensor(stack[QUERY_NORM])),
                                 .epsilon = number(stack[EPSILON]),
                                 .cosines = data(tensor(stack[COSINES])),
                                 .sines = data(tensor(stack[SINES])),
                                 .keys = data(keys),
                                 .values = data(tensor(stack[VALUES])),
                                 .cache_type = type(keys),
                                 .length = size(keys, 2) * BLOCK};
  int64_t sequences = work.attention.sequences, row = 0;
  int64_t* first_rows = malloc((size_t)(sequences + 1) * sizeof(int64_t));
  require(first_rows == NULL, "malloc");
  for (int64_t i = 0; i < sequences; i++) {
    first_rows[i] = row;
    row += work.attention.counts[i];
    work.most = work.attention.counts[i] > work.most ? work.attention.counts[i] : work.most;
  }
  work.first_rows = first_rows;
  output_t out = output(eight ? UINT8 : type(qkv), count, heads * dim);
  work.out = out.target;
  tensor_t wide = eight ? empty(FLOAT32, count, heads * dim) : NULL;
  work.mixed = eight ? rows(wide) : out.target.rows;
  spread(attend_heads, &work, sequences * kv_heads, 1);
  if (eight) {
    spread(keep_rows, &work, count, ROWS_A_THREAD);
    require(torch.delete_tensor(wide), "delete_tensor_object");
  }
  free(first_rows);
  drop(stack, TENSORS);
  return out;
}

static void attend(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  give(stack, attended(stack, 0));
}

static void attend8(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  give(stack, attended(stack, 1));
}

typedef struct {
  const float *logits, *adjusted;
  const uint8_t* bits;
  int64_t columns, *ids;
  float* logprobs;
} greedy_work_t;

static void greedy_rows(void* of, int64_t from, int64_t to) {
  greedy_work_t* w = of;
  kernels->greedy(w->logits, w->adjusted, w->bits, w->columns, from, to, w->ids, w->logprobs);
}

static void greedy(value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t logits = tensor(stack[0]);
  int64_t count = size(logits, 0);
  tensor_t ids = empty_vector(INT64, count), logprobs = empty_vector(FLOAT32, count);
  greedy_work_t work = {
      data(logits), data(tensor(stack[1])), data_or_null(tensor(stack[2])), size(logits, 1),
      data(ids),    data(logprobs)};
  spread(greedy_rows, &work, count, 1);
  drop(stack, 3);
  stack[0] = value(ids);
  stack[1] = value(logprobs);
}

#define ATTENTION                                                                                 \
  "(Tensor qkv, Tensor scales, Tensor bias, Tensor query_norm, Tensor key_norm, Tensor cosines, " \
  "Tensor sines, Tensor(a!) keys, "                                                               \
  "Tensor(b!) values, Tensor counts, Tensor starts, Tensor shared_rows, Tensor shared, int "      \
  "first_slot, "                                                                                  \
  "int window, int kv_heads, int dim, float epsilon) -> "

static const struct {
  const char *schema, *name;
  void (*run)(value_t*, uint64_t, uint64_t);
} OPERATORS[] = {
    {"norm(Tensor x, Tensor weight, float epsilon) -> Tensor", "norm", norm},
    {"norm8(Tensor x, Tensor weight, float epsilon) -> (Tensor, Tensor)", "norm8", norm8},
    {"add_norm8(Tensor x, Tensor product, Tensor scales, Tensor bias, Tensor weight, float "
     "epsilon) -> (Tensor, Tensor, Tensor)",
     "add_norm8", add_norm8},
    {"gate(Tensor both) -> Tensor", "gate", gate},
    {"gate8(Tensor both, Tensor scales, Tensor bias) -> (Tensor, Tensor)", "gate8", gate8},
    {"attend" ATTENTION "Tensor", "attend", attend},
    {"attend8" ATTENTION "(Tensor, Tensor)", "attend8", attend8},
    {"greedy(Tensor logits, Tensor adjusted, Tensor bits) -> (Tensor, Tensor)", "greedy", greedy},
};

static const struct {
  const char* name;
  void** place;
} FUNCTIONS[] = {
    {"aoti_torch_get_data_ptr", (void**)&torch.get_data_ptr},
    {"aoti_torch_get_dtype", (void**)&torch.get_dtype},
    {"aoti_torch_get_size", (void**)&torch.get_size},
    {"aoti_torch_get_numel", (void**)&torch.get_numel},
    {"aoti_torch_empty_strided", (void**)&torch.empty_strided},
    {"aoti_torch_delete_tensor_object", (void**)&torch.delete_tensor},
    {"aoti_torch_library_init_def", (void**)&torch.library_init_def},
    {"aoti_torch_library_init_impl", (void**)&torch.library_init_impl},
    {"aoti_torch_library_def", (void**)&torch.library_def},
    {"aoti_torch_library_impl", (void**)&torch.library_impl},
};

enum { EAX, EBX, ECX, EDX };

static int has(unsigned leaf, unsigned part, int where, int bit) {
  unsigned registers[4] = {0};
  if (!__get_cpuid_count(leaf, part, registers, registers + 1, registers + 2, registers + 3))
    return 0;
  return registers[where] >> bit & 1;
}

/* Which registers the system saves: the lowest word of XCR0. */
static unsigned saved(void) {
  unsigned low = 0, high;
  if (has(1, 0, ECX, 27)) __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/*
 * What the processor has, by Intel's manual (volume 2, CPUID); null for less than AVX2. A wish,
 * where there is one, may name a lesser level. The compiler's own __builtin_cpu_supports needs a
 * library that not every compiler links.
 */
static const kernels_t* level(const char* wish, const char** name) {
  int avx2 = (saved() & 0x6) == 0x6 && has(7, 0, EBX, 5) && has(1, 0, ECX, 12);
  int avx512 = avx2 && (saved() & 0xe6) == 0xe6 && has(7, 0, EBX, 16) && has(7, 0, EBX, 17) &&
               has(7, 0, EBX, 30) && has(7, 0, EBX, 31);
  int bf16 = avx512 && has(7, 1, EAX, 5);
  struct {
    const char* name;
    int there;
    const kernels_t* kernels;
  } levels[] = {{"avx512_bf16", bf16, &pinion_kernels_avx512_bf16},
                {"avx512", avx512, &pinion_kernels_avx512},
                {"avx2", avx2, &pinion_kernels_avx2}};
  for (int i = 0; i < 3; i++) {
    if (levels[i].there && (wish[0] == 0 || strcmp(wish, levels[i].name) == 0)) {
      *name = levels[i].name;
      return levels[i].kernels;
    }
  }
  return NULL;
}

/*
 * Makes the operators pinion::* known to the libtorch that is loaded. Writes the level that is
 * used, or what stands in the way, into text. Returns 0, or -1 where something does. May be called
 * again with another wish.
 */
__attribute__((visibility("default"))) int pinion_register(const char* wish, char* text,
                                                           int length) {
  const char* name;
  const kernels_t* found = level(wish, &name);
  if (found == NULL) {
    snprintf(text, (size_t)length, "the processor lacks %s", wish[0] == 0 ? "AVX2" : wish);
    return -1;
  }
  snprintf(text, (size_t)length, "%s", name);
  if (kernels != NULL) {
    kernels = found;
    return 0;
  }
  void* loaded = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == NULL) {
    snprintf(text, (size_t)length, "libtorch_cpu.so is not loaded");
    return -1;
  }
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    *FUNCTIONS[i].place = dlsym(loaded, FUNCTIONS[i].name);
    if (*FUNCTIONS[i].place == NULL) {
      snprintf(text, (size_t)length, "libtorch has no %s", FUNCTIONS[i].name);
      return -1;
    }
  }
  *(void**)&torch.max_threads = dlsym(loaded, "omp_get_max_threads");
  *(void**)&torch.thread_number = dlsym(loaded, "omp_get_thread_num");
  *(void**)&torch.thread_count = dlsym(loaded, "omp_get_num_threads");
  if (torch.max_threads != NULL && torch.thread_number != NULL && torch.thread_count != NULL) {
    *(void**)&torch.parallel = dlsym(loaded, "GOMP_parallel");
  }
  library_t definitions, implementations;
  require(torch.library_init_def("pinion", __FILE__, __LINE__, &definitions), "library_init_def");
  require(torch.library_init_impl("pinion", "CPU", __FILE__, __LINE__, &implementations),
          "library_init_impl");
  for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) {
    require(torch.library_def(definitions, OPERATORS[i].schema), "library_def");
    require(torch.library_impl(implementations, OPERATORS[i].name, OPERATORS[i].run),
            "library_impl");
  }
  /* The libraries live as long as the process. */
  kernels = found;
  return 0;
}

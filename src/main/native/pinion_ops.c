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

typedef uint64_t stable_value_t; /* StableIValue */
typedef void* tensor_t;          /* AtenTensorHandle */
typedef void* library_t;         /* TorchLibraryHandle */

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
  int32_t (*library_impl)(library_t, const char*, void (*)(stable_value_t*, uint64_t, uint64_t));
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

static int dtype(tensor_t tensor) {
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

static tensor_t empty(int dtype, int64_t rows, int64_t columns) {
  tensor_t made;
  int64_t sizes[] = {rows, columns}, strides[] = {columns, 1};
  require(torch.empty_strided(2, sizes, strides, dtype, 0, 0, &made), "empty_strided");
  return made;
}

static tensor_t empty_vector(int dtype, int64_t count) {
  tensor_t made;
  int64_t stride = 1;
  require(torch.empty_strided(1, &count, &stride, dtype, 0, 0, &made), "empty_strided");
  return made;
}

static matrix_t rows(tensor_t tensor) {
  return (matrix_t){data(tensor), dtype(tensor), size(tensor, 1)};
}

static gemm_output_t gemm(tensor_t x, tensor_t scales, tensor_t bias) {
  return (gemm_output_t){rows(x), data_or_null(scales), data_or_null(bias), dtype(bias)};
}

static tensor_t tensor(stable_value_t value) {
  tensor_t handle;
  memcpy(&handle, &value, sizeof handle);
  return handle;
}

static float number(stable_value_t value) {
  double wide;
  memcpy(&wide, &value, sizeof wide);
  return (float)wide;
}

static stable_value_t value(tensor_t handle) {
  stable_value_t wide = 0;
  memcpy(&wide, &handle, sizeof handle);
  return wide;
}

/* An operator owns the tensors it is called with. */
static void delete_tensors(const stable_value_t* stack, int count) {
  for (int i = 0; i < count; i++)
    require(torch.delete_tensor(tensor(stack[i])), "delete_tensor_object");
}

/* A new target for rows, and the tensors that it is made of: of a type, or, for UINT8, with scales.
 */
typedef struct {
  activations_t target;
  tensor_t rows, scales;
} output_t;

static output_t output(int dtype, int64_t count, int64_t columns) {
  output_t out = {.rows = empty(dtype, count, columns), .scales = NULL};
  out.target = (activations_t){{data(out.rows), dtype, columns}, NULL};
  if (dtype == UINT8) {
    out.scales = empty(FLOAT32, count, 1);
    out.target.scales = data(out.scales);
  }
  return out;
}

/* An operator's results: rows, and their scales where they have any. */
static void put_results(stable_value_t* stack, output_t out) {
  stack[0] = value(out.rows);
  if (out.scales != NULL) stack[1] = value(out.scales);
}

/* Runs work(data, from, to) over [0, count) on the threads that libtorch would take, if there are
 * grains enough. */
typedef struct {
  void (*work)(void*, int64_t, int64_t);
  void* data;
  int64_t count;
} parallel_for_t;

static void run_share(void* of) {
  parallel_for_t* all = of;
  int64_t n = torch.thread_count(), i = torch.thread_number();
  all->work(all->data, all->count * i / n, all->count * (i + 1) / n);
}

static void parallel_for(void (*work)(void*, int64_t, int64_t), void* data, int64_t count,
                         int64_t grain) {
  int64_t max_threads = torch.parallel == NULL ? 1 : torch.max_threads();
  int64_t threads = count / grain < max_threads ? count / grain : max_threads;
  if (threads < 2) {
    work(data, 0, count);
  } else {
    parallel_for_t all = {work, data, count};
    torch.parallel(run_share, &all, (unsigned)threads, 0);
  }
}

enum { MIN_ROWS_PER_THREAD = 8 };

typedef struct {
  matrix_t x, sum;
  gemm_output_t gemm;
  const void* weight;
  int weight_dtype;
  float epsilon;
  activations_t out;
} row_args_t;

static void rms_norm_rows(void* of, int64_t from, int64_t to) {
  row_args_t* w = of;
  kernels->rms_norm(w->x, w->weight, w->weight_dtype, w->epsilon, from, to, w->out);
}

static void add_rms_norm_rows(void* of, int64_t from, int64_t to) {
  row_args_t* w = of;
  kernels->add_rms_norm(w->x, w->gemm, w->weight, w->weight_dtype, w->epsilon, from, to, w->sum,
                        w->out);
}

static void silu_and_mul_rows(void* of, int64_t from, int64_t to) {
  row_args_t* w = of;
  kernels->silu_and_mul(w->gemm, from, to, w->out);
}

static output_t run_rms_norm(stable_value_t* stack, int quantize) {
  tensor_t x = tensor(stack[0]), weight = tensor(stack[1]);
  output_t out = output(quantize ? UINT8 : dtype(x), size(x, 0), size(x, 1));
  row_args_t work = {.x = rows(x),
                     .weight = data(weight),
                     .weight_dtype = dtype(weight),
                     .epsilon = number(stack[2]),
                     .out = out.target};
  parallel_for(rms_norm_rows, &work, size(x, 0), MIN_ROWS_PER_THREAD);
  delete_tensors(stack, 2);
  return out;
}

static void rms_norm(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  put_results(stack, run_rms_norm(stack, 0));
}

static void rms_norm_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  put_results(stack, run_rms_norm(stack, 1));
}

static void add_rms_norm_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t x = tensor(stack[0]), weight = tensor(stack[4]);
  tensor_t sum = empty(dtype(x), size(x, 0), size(x, 1));
  output_t out = output(UINT8, size(x, 0), size(x, 1));
  row_args_t work = {.x = rows(x),
                     .sum = rows(sum),
                     .gemm = gemm(tensor(stack[1]), tensor(stack[2]), tensor(stack[3])),
                     .weight = data(weight),
                     .weight_dtype = dtype(weight),
                     .epsilon = number(stack[5]),
                     .out = out.target};
  parallel_for(add_rms_norm_rows, &work, size(x, 0), MIN_ROWS_PER_THREAD);
  delete_tensors(stack, 5);
  stack[0] = value(sum);
  put_results(stack + 1, out);
}

static output_t run_silu_and_mul(gemm_output_t gate_up, int64_t count, int dtype) {
  output_t out = output(dtype, count, gate_up.matrix.columns / 2);
  row_args_t work = {.gemm = gate_up, .out = out.target};
  parallel_for(silu_and_mul_rows, &work, count, MIN_ROWS_PER_THREAD);
  return out;
}

static void silu_and_mul(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t gate_up = tensor(stack[0]);
  output_t out =
      run_silu_and_mul((gemm_output_t){.matrix = rows(gate_up)}, size(gate_up, 0), dtype(gate_up));
  delete_tensors(stack, 1);
  put_results(stack, out);
}

static void silu_and_mul_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  output_t out = run_silu_and_mul(gemm(tensor(stack[0]), tensor(stack[1]), tensor(stack[2])),
                                  size(tensor(stack[0]), 0), UINT8);
  delete_tensors(stack, 3);
  put_results(stack, out);
}

/* The arguments of attention, by index. */
enum {
  QKV,
  SCALES,
  BIAS,
  QUERY_NORM,
  KEY_NORM,
  ROTARY_COS,
  ROTARY_SIN,
  KEYS,
  VALUES,
  QUERY_LENGTHS,
  START_POSITIONS,
  PREFIX_SLOTS,
  PREFIX_LENGTHS,
  TENSORS,
  FIRST_SLOT = TENSORS,
  SLIDING_WINDOW,
  KV_HEADS,
  HEAD_DIM,
  EPSILON
};

typedef struct {
  gemm_output_t qkv;
  attention_t attention;
  const int64_t* first_rows;
  int64_t max_query_length;
  matrix_t out_rows;
  activations_t out;
} attention_args_t;

static void attention_heads(void* of, int64_t from, int64_t to) {
  attention_args_t* w = of;
  size_t bytes = (size_t)attention_scratch(&w->attention, w->max_query_length) * sizeof(float);
  float* scratch = aligned_alloc(64, (bytes + 63) / 64 * 64);
  require(scratch == NULL, "aligned_alloc");
  for (int64_t i = from; i < to; i++) {
    int64_t sequence = i / w->attention.kv_heads;
    kernels->attention(w->qkv, &w->attention, sequence, i % w->attention.kv_heads,
                       w->first_rows[sequence], scratch, w->out_rows);
  }
  free(scratch);
}

static void store_rows(void* of, int64_t from, int64_t to) {
  attention_args_t* w = of;
  kernels->store_rows(w->out_rows.data, from, to, w->out);
}

static output_t run_attention(stable_value_t* stack, int quantize) {
  tensor_t qkv = tensor(stack[QKV]), keys = tensor(stack[KEYS]);
  int64_t kv_heads = (int64_t)stack[KV_HEADS], head_dim = (int64_t)stack[HEAD_DIM],
          count = size(qkv, 0);
  int64_t heads = size(qkv, 1) / head_dim - 2 * kv_heads;
  attention_args_t work = {.qkv = gemm(qkv, tensor(stack[SCALES]), tensor(stack[BIAS])),
                           .max_query_length = 1};
  work.attention = (attention_t){.sequences = size(tensor(stack[QUERY_LENGTHS]), 0),
                                 .query_lengths = data(tensor(stack[QUERY_LENGTHS])),
                                 .start_positions = data(tensor(stack[START_POSITIONS])),
                                 .prefix_slots = data(tensor(stack[PREFIX_SLOTS])),
                                 .prefix_lengths = data(tensor(stack[PREFIX_LENGTHS])),
                                 .first_slot = (int64_t)stack[FIRST_SLOT],
                                 .heads = heads,
                                 .kv_heads = kv_heads,
                                 .head_dim = head_dim,
                                 .sliding_window = (int64_t)stack[SLIDING_WINDOW],
                                 .query_norm = data_or_null(tensor(stack[QUERY_NORM])),
                                 .key_norm = data_or_null(tensor(stack[KEY_NORM])),
                                 .norm_dtype = dtype(tensor(stack[QUERY_NORM])),
                                 .epsilon = number(stack[EPSILON]),
                                 .rotary_cos = data(tensor(stack[ROTARY_COS])),
                                 .rotary_sin = data(tensor(stack[ROTARY_SIN])),
                                 .keys = data(keys),
                                 .values = data(tensor(stack[VALUES])),
                                 .cache_dtype = dtype(keys),
                                 .max_length = size(keys, 2) * BLOCK};
  int64_t sequences = work.attention.sequences, row = 0;
  int64_t* first_rows = malloc((size_t)(sequences + 1) * sizeof(int64_t));
  require(first_rows == NULL, "malloc");
  for (int64_t i = 0; i < sequences; i++) {
    first_rows[i] = row;
    row += work.attention.query_lengths[i];
    work.max_query_length = work.attention.query_lengths[i] > work.max_query_length
                                ? work.attention.query_lengths[i]
                                : work.max_query_length;
  }
  work.first_rows = first_rows;
  output_t out = output(quantize ? UINT8 : dtype(qkv), count, heads * head_dim);
  work.out = out.target;
  tensor_t wide = quantize ? empty(FLOAT32, count, heads * head_dim) : NULL;
  work.out_rows = quantize ? rows(wide) : out.target.matrix;
  parallel_for(attention_heads, &work, sequences * kv_heads, 1);
  if (quantize) {
    parallel_for(store_rows, &work, count, MIN_ROWS_PER_THREAD);
    require(torch.delete_tensor(wide), "delete_tensor_object");
  }
  free(first_rows);
  delete_tensors(stack, TENSORS);
  return out;
}

static void attention(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  put_results(stack, run_attention(stack, 0));
}

static void attention_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  put_results(stack, run_attention(stack, 1));
}

typedef struct {
  const float *logits, *adjusted;
  const uint8_t* mask;
  int64_t columns, *ids;
  float* logprobs;
} greedy_args_t;

static void greedy_rows(void* of, int64_t from, int64_t to) {
  greedy_args_t* w = of;
  kernels->greedy_sample(w->logits, w->adjusted, w->mask, w->columns, from, to, w->ids,
                         w->logprobs);
}

static void greedy_sample(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  tensor_t logits = tensor(stack[0]);
  int64_t count = size(logits, 0);
  tensor_t ids = empty_vector(INT64, count), logprobs = empty_vector(FLOAT32, count);
  greedy_args_t work = {
      data(logits), data(tensor(stack[1])), data_or_null(tensor(stack[2])), size(logits, 1),
      data(ids),    data(logprobs)};
  parallel_for(greedy_rows, &work, count, 1);
  delete_tensors(stack, 3);
  stack[0] = value(ids);
  stack[1] = value(logprobs);
}

#define ATTENTION                                                                                 \
  "(Tensor qkv, Tensor scales, Tensor bias, Tensor query_norm, Tensor key_norm, Tensor "          \
  "rotary_cos, "                                                                                  \
  "Tensor rotary_sin, Tensor(a!) keys, "                                                          \
  "Tensor(b!) values, Tensor query_lengths, Tensor start_positions, Tensor prefix_slots, Tensor " \
  "prefix_lengths, int "                                                                          \
  "first_slot, "                                                                                  \
  "int sliding_window, int kv_heads, int head_dim, float epsilon) -> "

static const struct {
  const char *schema, *name;
  void (*run)(stable_value_t*, uint64_t, uint64_t);
} OPERATORS[] = {
    {"rms_norm(Tensor x, Tensor weight, float epsilon) -> Tensor", "rms_norm", rms_norm},
    {"rms_norm_quant(Tensor x, Tensor weight, float epsilon) -> (Tensor, Tensor)", "rms_norm_quant",
     rms_norm_quant},
    {"add_rms_norm_quant(Tensor x, Tensor gemm, Tensor scales, Tensor bias, Tensor weight, float "
     "epsilon) -> (Tensor, Tensor, Tensor)",
     "add_rms_norm_quant", add_rms_norm_quant},
    {"silu_and_mul(Tensor gate_up) -> Tensor", "silu_and_mul", silu_and_mul},
    {"silu_and_mul_quant(Tensor gate_up, Tensor scales, Tensor bias) -> (Tensor, Tensor)",
     "silu_and_mul_quant", silu_and_mul_quant},
    {"attention" ATTENTION "Tensor", "attention", attention},
    {"attention_quant" ATTENTION "(Tensor, Tensor)", "attention_quant", attention_quant},
    {"greedy_sample(Tensor logits, Tensor adjusted, Tensor mask) -> (Tensor, Tensor)",
     "greedy_sample", greedy_sample},
};

static const struct {
  const char* name;
  void** address;
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

static int cpuid_bit(unsigned leaf, unsigned part, int where, int bit) {
  unsigned registers[4] = {0};
  if (!__get_cpuid_count(leaf, part, registers, registers + 1, registers + 2, registers + 3))
    return 0;
  return registers[where] >> bit & 1;
}

/* Which registers the system saves: the lowest word of XCR0. */
static unsigned saved_registers(void) {
  unsigned low = 0, high;
  if (cpuid_bit(1, 0, ECX, 27)) __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/*
 * What the processor has, by Intel's manual (volume 2, CPUID); null for less than AVX2. A wish,
 * where there is one, may name a lesser level. The compiler's own __builtin_cpu_supports needs a
 * library that not every compiler links.
 */
static const kernels_t* select_level(const char* requested, const char** name) {
  int avx2 =
      (saved_registers() & 0x6) == 0x6 && cpuid_bit(7, 0, EBX, 5) && cpuid_bit(1, 0, ECX, 12);
  int avx512 = avx2 && (saved_registers() & 0xe6) == 0xe6 && cpuid_bit(7, 0, EBX, 16) &&
               cpuid_bit(7, 0, EBX, 17) && cpuid_bit(7, 0, EBX, 30) && cpuid_bit(7, 0, EBX, 31);
  int bf16 = avx512 && cpuid_bit(7, 1, EAX, 5);
  struct {
    const char* name;
    int supported;
    const kernels_t* kernels;
  } levels[] = {{"avx512_bf16", bf16, &pinion_kernels_avx512_bf16},
                {"avx512", avx512, &pinion_kernels_avx512},
                {"avx2", avx2, &pinion_kernels_avx2}};
  for (int i = 0; i < 3; i++) {
    if (levels[i].supported && (requested[0] == 0 || strcmp(requested, levels[i].name) == 0)) {
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
__attribute__((visibility("default"))) int pinion_register(const char* requested, char* text,
                                                           int text_size) {
  const char* name;
  const kernels_t* found = select_level(requested, &name);
  if (found == NULL) {
    snprintf(text, (size_t)text_size, "the processor lacks %s",
             requested[0] == 0 ? "AVX2" : requested);
    return -1;
  }
  snprintf(text, (size_t)text_size, "%s", name);
  if (kernels != NULL) {
    kernels = found;
    return 0;
  }
  void* loaded = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == NULL) {
    snprintf(text, (size_t)text_size, "libtorch_cpu.so is not loaded");
    return -1;
  }
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    *FUNCTIONS[i].address = dlsym(loaded, FUNCTIONS[i].name);
    if (*FUNCTIONS[i].address == NULL) {
      snprintf(text, (size_t)text_size, "libtorch has no %s", FUNCTIONS[i].name);
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

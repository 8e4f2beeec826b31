/*
 * The kernels as operators of libtorch, for the TorchScript that FusedForward and SamplerSource
 * write. They are registered through libtorch's stable C interface
 * (torch/csrc/inductor/aoti_torch/c/shim.h, torch/csrc/stable/library.h of PyTorch 2.7), whose
 * functions are looked up in the libtorch that the process has loaded, so that neither its headers
 * nor a C++ compiler are needed.
 *
 * Tensors are contiguous and on the CPU; one without elements stands for none. Shapes and dtypes
 * are not checked: FusedForward.fits has looked at the model's. Where libtorch or an allocation
 * fails, the operator raises an exception of libtorch, as TORCH_CHECK does.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <stdbool.h>
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
  int32_t (*delete_tensor_object)(tensor_t);
  void (*check)(bool, const char*, const char*, uint32_t, const char*);
  int32_t (*library_init_def)(const char*, const char*, uint32_t, library_t*);
  int32_t (*library_init_impl)(const char*, const char*, const char*, uint32_t, library_t*);
  int32_t (*library_def)(library_t, const char*);
  int32_t (*library_impl)(library_t, const char*, void (*)(stable_value_t*, uint64_t, uint64_t));
  /* The OpenMP runtime that libtorch uses; null where it uses none. */
  void (*parallel)(void (*)(void*), void*, unsigned, unsigned);
  int (*max_threads)(void);
  int (*thread_number)(void);
  int (*thread_count)(void);
} torch;

static const kernels_t* kernels;

enum { MAX_CREATED = 3 };

/*
 * One call of an operator. It owns the tensors it was given, which come first on the stack, and
 * those it creates. The first failure is remembered, and everything later does nothing, so that
 * only end_call has to look.
 */
typedef struct {
  stable_value_t* stack;
  int inputs, created;
  tensor_t tensors[MAX_CREATED];
  const char* failure;
} call_t;

#define TRY(call, function, ...)                                                                  \
  do {                                                                                            \
    if ((call)->failure == NULL && torch.function(__VA_ARGS__) != 0) (call)->failure = #function; \
  } while (0)

static tensor_t to_tensor(stable_value_t value) {
  tensor_t handle;
  memcpy(&handle, &value, sizeof handle);
  return handle;
}

static stable_value_t from_tensor(tensor_t handle) {
  stable_value_t value = 0;
  memcpy(&value, &handle, sizeof handle);
  return value;
}

static float to_float(stable_value_t value) {
  double wide;
  memcpy(&wide, &value, sizeof wide);
  return (float)wide;
}

static call_t begin_call(stable_value_t* stack, int inputs) {
  return (call_t){.stack = stack, .inputs = inputs};
}

/*
 * Returns the first of the created tensors as results and deletes all others. After a failure
 * raises libtorch's exception, which unwinds through the operator into libtorch.
 */
static void end_call(call_t* call, int results) {
  int kept = call->failure == NULL ? results : 0;
  for (int i = 0; i < call->inputs; i++) torch.delete_tensor_object(to_tensor(call->stack[i]));
  for (int i = kept; i < call->created; i++) torch.delete_tensor_object(call->tensors[i]);
  for (int i = 0; i < kept; i++) call->stack[i] = from_tensor(call->tensors[i]);
  if (call->failure != NULL) {
    char message[100];
    snprintf(message, sizeof message, "an operator of pinion failed: %s", call->failure);
    torch.check(false, __func__, "pinion_ops.c", __LINE__, message);
  }
}

static tensor_t input(call_t* call, int index) { return to_tensor(call->stack[index]); }

static void* data(call_t* call, tensor_t tensor) {
  void* pointer = NULL;
  TRY(call, get_data_ptr, tensor, &pointer);
  return pointer;
}

static int dtype(call_t* call, tensor_t tensor) {
  int32_t number = FLOAT32;
  TRY(call, get_dtype, tensor, &number);
  return number;
}

static int64_t size(call_t* call, tensor_t tensor, int64_t dimension) {
  int64_t number = 0;
  TRY(call, get_size, tensor, dimension, &number);
  return number;
}

static void* data_or_null(call_t* call, tensor_t tensor) {
  int64_t elements = 0;
  TRY(call, get_numel, tensor, &elements);
  return elements == 0 ? NULL : data(call, tensor);
}

static tensor_t create(call_t* call, int dtype, int dimensions, int64_t rows, int64_t columns) {
  tensor_t created = NULL;
  int64_t sizes[] = {rows, columns}, strides[] = {columns, 1};
  TRY(call, empty_strided, dimensions, sizes, strides, dtype, 0, 0, &created);
  if (call->failure == NULL) call->tensors[call->created++] = created;
  return created;
}

static tensor_t create_matrix(call_t* call, int dtype, int64_t rows, int64_t columns) {
  return create(call, dtype, 2, rows, columns);
}

static tensor_t create_vector(call_t* call, int dtype, int64_t count) {
  return create(call, dtype, 1, count, 1);
}

static matrix_t matrix(call_t* call, tensor_t tensor) {
  return (matrix_t){data(call, tensor), dtype(call, tensor), size(call, tensor, 1)};
}

/* Of an int8 GEMM: its output, the scales of its input's rows, and its bias. */
static gemm_output_t gemm_output(call_t* call, tensor_t x, tensor_t scales, tensor_t bias) {
  return (gemm_output_t){matrix(call, x), data_or_null(call, scales), data_or_null(call, bias),
                         dtype(call, bias)};
}

/* Creates the tensors of activations: one, or two (rows and scales) where they are quantized. */
static activations_t create_activations(call_t* call, int dtype, int64_t count, int64_t columns) {
  tensor_t rows = create_matrix(call, dtype, count, columns);
  activations_t out = {.matrix = {data(call, rows), dtype, columns}};
  if (dtype == UINT8) out.scales = data(call, create_matrix(call, FLOAT32, count, 1));
  return out;
}

/* What a thread does: kernels on items [from, to), with scratch of its own. */
typedef void body_t(const void* args, float* scratch, int64_t from, int64_t to);

typedef struct {
  call_t* call;
  body_t* body;
  const void* args;
  int64_t count, scratch_floats;
} loop_t;

/*
 * Scratch is on the heap, since a wide model's rows do not fit a thread's stack (the JVM's have 1
 * MB). A thread allocates its own: it stays local to it, and the allocator keeps it for the next
 * call.
 */
static void run_range(const loop_t* loop, int64_t from, int64_t to) {
  size_t bytes = ((size_t)loop->scratch_floats * sizeof(float) + 63) / 64 * 64;
  float* scratch = bytes == 0 ? NULL : aligned_alloc(64, bytes);
  if (bytes > 0 && scratch == NULL) {
    __atomic_store_n(&loop->call->failure, "out of memory", __ATOMIC_RELAXED);
    return;
  }
  loop->body(loop->args, scratch, from, to);
  free(scratch);
}

static void run_share(void* shared) {
  const loop_t* loop = shared;
  int64_t n = torch.thread_count(), i = torch.thread_number();
  run_range(loop, loop->count * i / n, loop->count * (i + 1) / n);
}

/*
 * Runs the body over [0, count) on as many threads as libtorch would use, each with at least
 * min_per_thread items.
 */
static void parallel_for(loop_t loop, int64_t min_per_thread) {
  if (loop.call->failure != NULL) return;
  int64_t max_threads = torch.parallel == NULL ? 1 : torch.max_threads();
  int64_t wanted = loop.count / min_per_thread;
  int64_t threads = wanted < max_threads ? wanted : max_threads;
  if (threads < 2) {
    run_range(&loop, 0, loop.count);
  } else {
    torch.parallel(run_share, &loop, (unsigned)threads, 0);
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

static void rms_norm_rows(const void* args, float* scratch, int64_t from, int64_t to) {
  const row_args_t* a = args;
  kernels->rms_norm(a->x, a->weight, a->weight_dtype, a->epsilon, from, to, scratch, a->out);
}

static void add_rms_norm_rows(const void* args, float* scratch, int64_t from, int64_t to) {
  const row_args_t* a = args;
  kernels->add_rms_norm(a->x, a->gemm, a->weight, a->weight_dtype, a->epsilon, from, to, scratch,
                        a->sum, a->out);
}

static void silu_and_mul_rows(const void* args, float* scratch, int64_t from, int64_t to) {
  const row_args_t* a = args;
  kernels->silu_and_mul(a->gemm, from, to, scratch, a->out);
}

static void run_rms_norm(stable_value_t* stack, bool quantize) {
  call_t call = begin_call(stack, 2);
  tensor_t x = input(&call, 0), weight = input(&call, 1);
  int64_t count = size(&call, x, 0), columns = size(&call, x, 1);
  row_args_t args = {
      .x = matrix(&call, x),
      .weight = data(&call, weight),
      .weight_dtype = dtype(&call, weight),
      .epsilon = to_float(stack[2]),
      .out = create_activations(&call, quantize ? UINT8 : dtype(&call, x), count, columns)};
  parallel_for((loop_t){&call, rms_norm_rows, &args, count, columns}, MIN_ROWS_PER_THREAD);
  end_call(&call, quantize ? 2 : 1);
}

static void rms_norm(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  run_rms_norm(stack, false);
}

static void rms_norm_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  run_rms_norm(stack, true);
}

static void add_rms_norm_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  call_t call = begin_call(stack, 5);
  tensor_t x = input(&call, 0), weight = input(&call, 4);
  int64_t count = size(&call, x, 0), columns = size(&call, x, 1);
  tensor_t sum = create_matrix(&call, dtype(&call, x), count, columns);
  row_args_t args = {.x = matrix(&call, x),
                     .sum = matrix(&call, sum),
                     .gemm = gemm_output(&call, input(&call, 1), input(&call, 2), input(&call, 3)),
                     .weight = data(&call, weight),
                     .weight_dtype = dtype(&call, weight),
                     .epsilon = to_float(stack[5]),
                     .out = create_activations(&call, UINT8, count, columns)};
  parallel_for((loop_t){&call, add_rms_norm_rows, &args, count, columns}, MIN_ROWS_PER_THREAD);
  end_call(&call, 3);
}

static void run_silu_and_mul(call_t* call, gemm_output_t gate_up, int out_dtype) {
  int64_t count = size(call, input(call, 0), 0), columns = gate_up.matrix.columns;
  row_args_t args = {.gemm = gate_up,
                     .out = create_activations(call, out_dtype, count, columns / 2)};
  parallel_for((loop_t){call, silu_and_mul_rows, &args, count, columns}, MIN_ROWS_PER_THREAD);
}

static void silu_and_mul(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  call_t call = begin_call(stack, 1);
  matrix_t gate_up = matrix(&call, input(&call, 0));
  run_silu_and_mul(&call, (gemm_output_t){.matrix = gate_up}, gate_up.dtype);
  end_call(&call, 1);
}

static void silu_and_mul_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  call_t call = begin_call(stack, 3);
  run_silu_and_mul(&call, gemm_output(&call, input(&call, 0), input(&call, 1), input(&call, 2)),
                   UINT8);
  end_call(&call, 2);
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
  const int64_t* first_rows; /* by sequence, the first of its rows in the batch */
  matrix_t result;           /* FLOAT32 where it is still to be quantized, else out */
  activations_t out;
} attention_args_t;

static void attention_heads(const void* args, float* scratch, int64_t from, int64_t to) {
  const attention_args_t* a = args;
  for (int64_t i = from; i < to; i++) {
    int64_t sequence = i / a->attention.kv_heads;
    kernels->attention(a->qkv, &a->attention, sequence, i % a->attention.kv_heads,
                       a->first_rows[sequence], scratch, a->result);
  }
}

static void quantize_rows(const void* args, float* scratch, int64_t from, int64_t to) {
  (void)scratch;
  const attention_args_t* a = args;
  kernels->store_rows(a->result.data, from, to, a->out);
}

static attention_t attention_inputs(call_t* call) {
  const stable_value_t* stack = call->stack;
  tensor_t keys = input(call, KEYS);
  int64_t kv_heads = (int64_t)stack[KV_HEADS], head_dim = (int64_t)stack[HEAD_DIM];
  return (attention_t){.sequences = size(call, input(call, QUERY_LENGTHS), 0),
                       .query_lengths = data(call, input(call, QUERY_LENGTHS)),
                       .start_positions = data(call, input(call, START_POSITIONS)),
                       .prefix_slots = data(call, input(call, PREFIX_SLOTS)),
                       .prefix_lengths = data(call, input(call, PREFIX_LENGTHS)),
                       .first_slot = (int64_t)stack[FIRST_SLOT],
                       .heads = size(call, input(call, QKV), 1) / head_dim - 2 * kv_heads,
                       .kv_heads = kv_heads,
                       .head_dim = head_dim,
                       .sliding_window = (int64_t)stack[SLIDING_WINDOW],
                       .query_norm = data_or_null(call, input(call, QUERY_NORM)),
                       .key_norm = data_or_null(call, input(call, KEY_NORM)),
                       .norm_dtype = dtype(call, input(call, QUERY_NORM)),
                       .epsilon = to_float(stack[EPSILON]),
                       .rotary_cos = data(call, input(call, ROTARY_COS)),
                       .rotary_sin = data(call, input(call, ROTARY_SIN)),
                       .keys = data(call, keys),
                       .values = data(call, input(call, VALUES)),
                       .cache_dtype = dtype(call, keys),
                       .max_length = size(call, keys, 2) * BLOCK};
}

/* Fills in where each sequence's rows begin, and returns the largest number of rows of one. */
static int64_t find_first_rows(const attention_t* attention, int64_t* first_rows) {
  int64_t row = 0, max_query_length = 1;
  for (int64_t i = 0; i < attention->sequences; i++) {
    int64_t query_length = attention->query_lengths[i];
    first_rows[i] = row;
    row += query_length;
    if (query_length > max_query_length) max_query_length = query_length;
  }
  return max_query_length;
}

static void run_attention(stable_value_t* stack, bool quantize) {
  call_t call = begin_call(stack, TENSORS);
  tensor_t qkv = input(&call, QKV);
  attention_args_t args = {.qkv = gemm_output(&call, qkv, input(&call, SCALES), input(&call, BIAS)),
                           .attention = attention_inputs(&call)};
  const attention_t* attention = &args.attention;
  int64_t count = size(&call, qkv, 0), columns = attention->heads * attention->head_dim;
  args.out = create_activations(&call, quantize ? UINT8 : dtype(&call, qkv), count, columns);
  args.result =
      quantize ? matrix(&call, create_matrix(&call, FLOAT32, count, columns)) : args.out.matrix;
  int64_t* first_rows = malloc((size_t)(attention->sequences + 1) * sizeof(int64_t));
  if (first_rows == NULL) call.failure = "out of memory";
  if (call.failure == NULL) {
    int64_t floats = attention_scratch(attention, find_first_rows(attention, first_rows));
    args.first_rows = first_rows;
    parallel_for(
        (loop_t){&call, attention_heads, &args, attention->sequences * attention->kv_heads, floats},
        1);
    if (quantize)
      parallel_for((loop_t){&call, quantize_rows, &args, count, 0}, MIN_ROWS_PER_THREAD);
  }
  free(first_rows);
  end_call(&call, quantize ? 2 : 1);
}

static void attention(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  run_attention(stack, false);
}

static void attention_quant(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  run_attention(stack, true);
}

typedef struct {
  const float *logits, *adjusted;
  const uint8_t* mask;
  int64_t columns, *ids;
  float* logprobs;
} greedy_args_t;

static void greedy_rows(const void* args, float* scratch, int64_t from, int64_t to) {
  (void)scratch;
  const greedy_args_t* a = args;
  kernels->greedy_sample(a->logits, a->adjusted, a->mask, a->columns, from, to, a->ids,
                         a->logprobs);
}

static void greedy_sample(stable_value_t* stack, uint64_t inputs, uint64_t outputs) {
  (void)inputs, (void)outputs;
  call_t call = begin_call(stack, 3);
  tensor_t logits = input(&call, 0);
  int64_t count = size(&call, logits, 0);
  greedy_args_t args = {.logits = data(&call, logits),
                        .adjusted = data(&call, input(&call, 1)),
                        .mask = data_or_null(&call, input(&call, 2)),
                        .columns = size(&call, logits, 1)};
  args.ids = data(&call, create_vector(&call, INT64, count));
  args.logprobs = data(&call, create_vector(&call, FLOAT32, count));
  parallel_for((loop_t){&call, greedy_rows, &args, count, 0}, 1);
  end_call(&call, 2);
}

#define ATTENTION_SCHEMA                                                                    \
  "(Tensor qkv, Tensor scales, Tensor bias, Tensor query_norm, Tensor key_norm, "           \
  "Tensor rotary_cos, Tensor rotary_sin, Tensor(a!) keys, Tensor(b!) values, "              \
  "Tensor query_lengths, Tensor start_positions, Tensor prefix_slots, "                     \
  "Tensor prefix_lengths, int first_slot, int sliding_window, int kv_heads, int head_dim, " \
  "float epsilon) -> "

static const struct {
  const char *schema, *name;
  void (*run)(stable_value_t*, uint64_t, uint64_t);
} OPERATORS[] = {
    {"rms_norm(Tensor x, Tensor weight, float epsilon) -> Tensor", "rms_norm", rms_norm},
    {"rms_norm_quant(Tensor x, Tensor weight, float epsilon) -> (Tensor, Tensor)", "rms_norm_quant",
     rms_norm_quant},
    {"add_rms_norm_quant(Tensor x, Tensor gemm, Tensor scales, Tensor bias, Tensor weight, "
     "float epsilon) -> (Tensor, Tensor, Tensor)",
     "add_rms_norm_quant", add_rms_norm_quant},
    {"silu_and_mul(Tensor gate_up) -> Tensor", "silu_and_mul", silu_and_mul},
    {"silu_and_mul_quant(Tensor gate_up, Tensor scales, Tensor bias) -> (Tensor, Tensor)",
     "silu_and_mul_quant", silu_and_mul_quant},
    {"attention" ATTENTION_SCHEMA "Tensor", "attention", attention},
    {"attention_quant" ATTENTION_SCHEMA "(Tensor, Tensor)", "attention_quant", attention_quant},
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
    {"aoti_torch_delete_tensor_object", (void**)&torch.delete_tensor_object},
    {"aoti_torch_check", (void**)&torch.check},
    {"aoti_torch_library_init_def", (void**)&torch.library_init_def},
    {"aoti_torch_library_init_impl", (void**)&torch.library_init_impl},
    {"aoti_torch_library_def", (void**)&torch.library_def},
    {"aoti_torch_library_impl", (void**)&torch.library_impl},
};

enum { EAX, EBX, ECX, EDX };

static int cpuid_bit(unsigned leaf, unsigned subleaf, int where, int bit) {
  unsigned registers[4] = {0};
  if (!__get_cpuid_count(leaf, subleaf, registers, registers + 1, registers + 2, registers + 3))
    return 0;
  return registers[where] >> bit & 1;
}

/* Which registers the operating system saves: the lower half of XCR0. */
static unsigned saved_registers(void) {
  unsigned low = 0, high;
  if (cpuid_bit(1, 0, ECX, 27)) __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/*
 * The best instruction set that the processor supports, by CPUID (Intel's manual, volume 2), or the
 * one requested, where the string is not empty; null where it is not supported. The compiler's own
 * __builtin_cpu_supports needs a library that not every compiler links.
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

static int failed(char* text, int text_size, const char* format, const char* name) {
  snprintf(text, (size_t)text_size, format, name);
  return -1;
}

/* Finds the functions of the libtorch that is loaded; returns the name of a missing one, or null.
 */
static const char* find_functions(void) {
  void* loaded = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == NULL) return "libtorch_cpu.so";
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    *FUNCTIONS[i].address = dlsym(loaded, FUNCTIONS[i].name);
    if (*FUNCTIONS[i].address == NULL) return FUNCTIONS[i].name;
  }
  *(void**)&torch.max_threads = dlsym(loaded, "omp_get_max_threads");
  *(void**)&torch.thread_number = dlsym(loaded, "omp_get_thread_num");
  *(void**)&torch.thread_count = dlsym(loaded, "omp_get_num_threads");
  if (torch.max_threads != NULL && torch.thread_number != NULL && torch.thread_count != NULL) {
    *(void**)&torch.parallel = dlsym(loaded, "GOMP_parallel");
  }
  return NULL;
}

/*
 * Registers the operators; the libraries live as long as the process. Returns the name of the
 * function that failed, or null. One that fails has logged why to the standard error.
 */
static const char* register_operators(void) {
  library_t definitions, implementations;
  call_t call = {.failure = NULL};
  TRY(&call, library_init_def, "pinion", "pinion_ops.c", __LINE__, &definitions);
  TRY(&call, library_init_impl, "pinion", "CPU", "pinion_ops.c", __LINE__, &implementations);
  for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) {
    TRY(&call, library_def, definitions, OPERATORS[i].schema);
    TRY(&call, library_impl, implementations, OPERATORS[i].name, OPERATORS[i].run);
  }
  return call.failure;
}

/*
 * Registers the operators pinion::* with the libtorch that is loaded. Writes the instruction set
 * that is used, or what prevents it, into text. Returns 0 on success, else -1. May be called again
 * to use another instruction set.
 */
__attribute__((visibility("default"))) int pinion_register(const char* requested, char* text,
                                                           int text_size) {
  const char *name, *missing;
  const kernels_t* found = select_level(requested, &name);
  if (found == NULL) {
    return failed(text, text_size, "the processor lacks %s",
                  requested[0] == 0 ? "AVX2" : requested);
  }
  if (kernels == NULL) {
    missing = find_functions();
    if (missing != NULL) return failed(text, text_size, "libtorch has no %s", missing);
    missing = register_operators();
    if (missing != NULL) return failed(text, text_size, "libtorch's %s failed", missing);
  }
  kernels = found;
  snprintf(text, (size_t)text_size, "%s", name);
  return 0;
}

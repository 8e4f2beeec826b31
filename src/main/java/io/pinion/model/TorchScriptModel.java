package io.pinion.model;

import static io.pinion.model.TorchScriptModule.tensor;
import static io.pinion.model.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.DecoderSource.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LanguageModel} in TorchScript, its layers spread over one or more devices.
 *
 * <p>Each device runs a stage of the layers; hidden states move from stage to stage with the target
 * device given. The cache is as large as what it holds, so that memory goes to what is in use and
 * not to {@code slots × maxLength}.
 */
public final class TorchScriptModel implements LanguageModel {
  private static final int STEP = 32;

  private final ModelConfig config;
  private final List<Device> devices;
  private final List<TorchScriptModule> stages;
  private final WeightType type;
  private final ForwardTeam team;
  private final boolean kernels;
  private final int slots;
  private final int maxLength;
  private final int[] lengths;
  private int cacheSlots = 1;
  private int cacheLength = STEP;
  private final int[] prefixLengths = new int[PREFIXES];

  private TorchScriptModel(
      ModelConfig config,
      List<Device> devices,
      List<TorchScriptModule> stages,
      WeightType type,
      int slots,
      int maxLength,
      int cores,
      boolean kernels) {
    this.config = config;
    this.devices = List.copyOf(devices);
    this.stages = stages;
    this.type = type;
    this.slots = slots;
    this.maxLength = maxLength;
    this.lengths = new int[slots];
    this.kernels = kernels;
    this.team = devices.get(0).isGpu() ? null : new ForwardTeam(cores);
  }

  /** Loads with all cores of the machine at hand for a stage on the CPU. */
  public static TorchScriptModel load(
      Checkpoint checkpoint, List<Device> devices, WeightType type, int slots, int maxLength) {
    int cores = Runtime.getRuntime().availableProcessors();
    return load(checkpoint, devices, type, false, slots, maxLength, cores);
  }

  /**
   * Loads a checkpoint's weights onto devices.
   *
   * @param devices explicit devices, one for each stage; more than there are layers are refused
   * @param type F32, BF16 or F16: what weights and cache have on the devices
   * @param int8 whether matrices are kept and multiplied in 8 bits; see {@link Matrices#INT8}
   * @param slots how many sequences the cache may hold
   * @param maxLength the longest sequence in tokens
   * @param cores how many cores it may use where a device is the CPU
   * @throws ModelException where a weight is missing or has the wrong shape
   */
  public static TorchScriptModel load(
      Checkpoint checkpoint,
      List<Device> devices,
      WeightType type,
      boolean int8,
      int slots,
      int maxLength,
      int cores) {
    ModelConfig config = checkpoint.config();
    boolean kernels = devices.stream().allMatch(device -> CpuKernels.fit(device, type, config));
    return load(checkpoint, devices, type, int8, slots, maxLength, cores, kernels);
  }

  /** Loads with or without the kernels, which have to fit. */
  static TorchScriptModel load(
      Checkpoint checkpoint,
      List<Device> devices,
      WeightType type,
      boolean int8,
      int slots,
      int maxLength,
      int cores,
      boolean kernels) {
    ModelConfig config = checkpoint.config();
    if (devices.isEmpty() || devices.size() > config.layers()) {
      throw new ModelException(
          "a model of "
              + config.layers()
              + " layers cannot be spread over "
              + devices.size()
              + " devices");
    }
    List<TorchScriptModule> stages = new ArrayList<>();
    try {
      for (int i = 0; i < devices.size(); i++) {
        Stage stage =
            new Stage(
                config.layers() * i / devices.size(),
                config.layers() * (i + 1) / devices.size(),
                i == 0,
                i == devices.size() - 1);
        stages.add(loadStage(checkpoint, stage, devices.get(i), type, int8, maxLength, kernels));
      }
    } catch (RuntimeException e) {
      stages.forEach(TorchScriptModule::close);
      throw e;
    }
    return new TorchScriptModel(config, devices, stages, type, slots, maxLength, cores, kernels);
  }

  private static TorchScriptModule loadStage(
      Checkpoint checkpoint,
      Stage stage,
      Device device,
      WeightType type,
      boolean int8,
      int maxLength,
      boolean kernels) {
    ModelConfig config = checkpoint.config();
    Matrices matrices = int8 ? Matrices.INT8 : Matrices.of(device, type);
    TorchScriptModule module =
        TorchScriptModule.compile(
            DecoderSource.CLASS,
            DecoderSource.write(config, stage, type, matrices, kernels),
            device,
            DecoderSource.LISTS);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, type);
      addWeights(loader, int8 ? loader.of(WeightType.F32) : loader, module, stage, matrices);
      NDManager owner = module.manager();
      NDArray[] keys = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] values = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] tables = tables(owner, config, device, maxLength);
      module.run("load", tensors(keys), tensors(values), tensors(tables));
      // The module holds the tensors now; what is closed here is a second reference.
      for (NDArray[] handed : List.of(keys, values, tables)) {
        new ai.djl.ndarray.NDList(handed).close();
      }
      return module;
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  /**
   * Hands the weights over one at a time, so that memory holds no more than one of them twice.
   *
   * @param matrixLoader loads matrices in the type that they are kept in or made from
   */
  private static void addWeights(
      WeightLoader loader,
      WeightLoader matrixLoader,
      TorchScriptModule module,
      Stage stage,
      Matrices matrices) {
    ModelConfig config = loader.checkpoint().config();
    List<Long> vocabulary = List.of((long) config.vocabularySize());
    long hidden = config.hiddenSize();
    List<String> embedding = List.of("model.embed_tokens.weight");
    if (stage.first()) {
      add(module, "add", loader.load(embedding, vocabulary, hidden));
    }
    for (int layer = stage.from(); layer < stage.to(); layer++) {
      for (List<String> names : DecoderSource.layerWeights(config, layer)) {
        List<Long> rows = names.stream().map(name -> rows(config, name)).toList();
        long columns = columns(config, names.get(0));
        if (columns > 0) {
          add(module, "add_matrix", matrixLoader.load(names, rows, columns));
        } else {
          add(module, "add", loader.load(names, rows, columns));
        }
      }
    }
    if (stage.last()) {
      add(module, "add", loader.load(List.of("model.norm.weight"), List.of(hidden), 0));
      if (DecoderSource.headIndex(config, stage, matrices) > 0) {
        List<String> head = config.tiedEmbeddings() ? embedding : List.of("lm_head.weight");
        add(module, "add_matrix", matrixLoader.load(head, vocabulary, hidden));
      }
    }
  }

  private static void add(TorchScriptModule module, String method, NDArray weight) {
    try (weight) {
      module.run(method, tensor(weight));
    }
  }

  private static long rows(ModelConfig config, String name) {
    String part = part(name);
    return switch (part) {
      case "q_proj" -> (long) config.heads() * config.headDim();
      case "k_proj", "v_proj" -> (long) config.keyValueHeads() * config.headDim();
      case "q_norm", "k_norm" -> config.headDim();
      case "gate_proj", "up_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  /** The width of a matrix, or 0 for a vector. */
  private static long columns(ModelConfig config, String name) {
    if (name.endsWith(".bias") || part(name).endsWith("norm")) {
      return 0;
    }
    return switch (part(name)) {
      case "o_proj" -> (long) config.heads() * config.headDim();
      case "down_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  /** {@code q_proj} of {@code model.layers.0.self_attn.q_proj.weight}. */
  private static String part(String name) {
    String[] parts = name.split("\\.");
    return parts[parts.length - 2];
  }

  /** {@code [slots, key/value heads, length / block, block × dim]}, by layer. */
  private static NDArray[] emptyCache(
      WeightLoader loader, ModelConfig config, Stage stage, int block) {
    NDArray[] cache = new NDArray[stage.layers()];
    for (int i = 0; i < cache.length; i++) {
      cache[i] =
          loader.allocate(1, config.keyValueHeads(), STEP / block, (long) block * config.headDim());
    }
    return cache;
  }

  private static NDArray[] tables(
      NDManager owner, ModelConfig config, Device device, int maxLength) {
    RotaryTable.Table rotary = RotaryTable.compute(config, maxLength);
    Shape shape = new Shape(maxLength, config.headDim());
    long[] steps = new long[maxLength + Math.max(STEP, maxLength / 8)];
    java.util.Arrays.setAll(steps, i -> i);
    // A tensor made from a Java buffer does not own its memory, and toDevice with copy
    // asked for does not copy on the same device, so each is duplicated.
    try (NDManager scope = owner.newSubManager()) {
      return new NDArray[] {
        owned(owner, scope.create(rotary.cosines(), shape), device),
        owned(owner, scope.create(signed(rotary.sines(), config.headDim()), shape), device),
        owned(owner, scope.create(steps), device)
      };
    }
  }

  /** Negative in the first half of each row: what turns with the second half's elements. */
  private static float[] signed(float[] sines, int dim) {
    float[] signed = sines.clone();
    for (int i = 0; i < signed.length; i++) {
      signed[i] = i % dim < dim / 2 ? -signed[i] : signed[i];
    }
    return signed;
  }

  private static NDArray owned(NDManager owner, NDArray borrowed, Device device) {
    try (NDArray moved = borrowed.toDevice(device, false)) {
      NDArray copy = moved.duplicate();
      copy.attach(owner);
      return copy;
    }
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public List<Device> devices() {
    return devices;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  /** The type of weights and cache on the devices. */
  public WeightType type() {
    return type;
  }

  @Override
  public NDArray forward(Step step) {
    int longest = 0;
    for (int i = 0; i < step.counts().length; i++) {
      lengths[i] = step.starts()[i] + step.counts()[i];
      longest = Math.max(longest, lengths[i]);
    }
    fit(step.counts().length, longest);
    TorchScriptModule last = stages.get(stages.size() - 1);
    NDArray logits =
        last.manager()
            .create(
                new Shape(step.outputs().length, config.vocabularySize()),
                DataType.FLOAT32,
                devices.get(devices.size() - 1));
    try {
      if (team == null) {
        run(StepPart.whole(step), logits);
      } else {
        // With several stages a part of a step cannot run while another is in the same stage.
        int parts = stages.size() == 1 ? team.parts(step.tokenIds().length) : 1;
        team.run(
            StepPart.split(step, parts).stream()
                .map(part -> (Runnable) () -> run(part, logits))
                .toList());
      }
      return logits;
    } catch (RuntimeException | Error e) {
      logits.close();
      throw e;
    }
  }

  /** Runs a part of a step through all stages. */
  private void run(StepPart part, NDArray logits) {
    NDArray hidden = null;
    for (int i = 0; i < stages.size(); i++) {
      hidden = runStage(i, part, hidden, logits);
    }
  }

  private NDArray runStage(int index, StepPart part, NDArray hidden, NDArray logits) {
    TorchScriptModule stage = stages.get(index);
    boolean last = index == stages.size() - 1;
    try (NDManager scope = stage.manager().newSubManager(devices.get(index));
        hidden) {
      NDArray input = hidden == null ? scope.create(part.tokenIds()) : hidden;
      List<IValue> arguments = new ArrayList<>(List.of(tensor(input)));
      arguments.addAll(kernels ? places(part, scope) : groups(part, scope));
      arguments.add(tensor(last ? logits : input));
      arguments.add(IValue.from((long) part.firstOutput()));
      NDArray output = stage.call(scope, "forward", arguments.toArray(IValue[]::new));
      if (last) {
        return null;
      }
      output.attach(stage.manager());
      return output;
    }
  }

  /** What {@link KernelForward} needs to know of a part. */
  private static List<IValue> places(StepPart part, NDManager scope) {
    return List.of(
        tensor(scope.create(StepPart.longs(part.counts()))),
        tensor(scope.create(StepPart.longs(part.starts()))),
        IValue.from((long) part.firstSlot()),
        tensor(scope.create(part.ends())),
        IValue.from((long) part.outputs()));
  }

  /** What {@link PlainForward} needs to know of a part. */
  private static List<IValue> groups(StepPart part, NDManager scope) {
    AttentionGroup.Plan plan = part.plan();
    List<NDArray> groups = new ArrayList<>();
    for (AttentionGroup group : plan.groups()) {
      for (long[] values : List.of(group.place(), group.pick(), group.slots())) {
        groups.add(scope.create(values));
      }
    }
    return List.of(
        tensor(scope.create(part.positions())),
        tensor(scope.create(part.slots())),
        tensor(scope.create(part.ends())),
        IValue.from((long) part.outputs()),
        tensor(scope.create(plan.back())),
        tensors(groups.toArray(NDArray[]::new)),
        IValue.listFrom(plan.numbers()));
  }

  /**
   * Gives the cache room for a step. Its length follows the longest sequence closely, because
   * products over a part of it would copy that part, and what is beyond costs time in every layer.
   */
  private void fit(int neededSlots, int neededLength) {
    int newSlots =
        neededSlots <= cacheSlots
            ? cacheSlots
            : Math.max(neededSlots, Math.min(slots, 2 * cacheSlots));
    int rounded = rounded(neededLength);
    boolean keep = neededLength <= cacheLength && 4 * rounded > 3 * cacheLength - 4 * STEP;
    int newLength = keep ? cacheLength : rounded;
    if (newSlots != cacheSlots || newLength != cacheLength) {
      for (TorchScriptModule stage : stages) {
        stage.run(
            "resize",
            IValue.from((long) newSlots - cacheSlots),
            IValue.from(blocks(newLength) - blocks(cacheLength)));
      }
      cacheSlots = newSlots;
      cacheLength = newLength;
    }
  }

  /** How many entries of the cache's third dimension hold so many tokens. */
  private long blocks(int length) {
    return kernels ? (length + CpuKernels.BLOCK - 1) / CpuKernels.BLOCK : length;
  }

  /** The next multiple of {@link #STEP}, or of an eighth for long sequences. */
  private int rounded(int length) {
    int step = Math.max(STEP, Integer.highestOneBit(length) / 8);
    return (length + step - 1) / step * step;
  }

  @Override
  public void copySlots(int[] from, int[] to) {
    int length = 0;
    int highest = 0;
    int[] before = lengths.clone();
    for (int i = 0; i < from.length; i++) {
      length = Math.max(length, before[from[i]]);
      highest = Math.max(highest, Math.max(from[i], to[i]));
      lengths[to[i]] = before[from[i]];
    }
    fit(highest + 1, Math.max(length, cacheLength));
    for (int i = 0; i < stages.size(); i++) {
      try (NDManager scope = stages.get(i).manager().newSubManager(devices.get(i))) {
        stages
            .get(i)
            .run(
                "copy_slots",
                tensor(scope.create(StepPart.longs(from))),
                tensor(scope.create(StepPart.longs(to))),
                IValue.from(blocks(length)));
      }
    }
  }

  @Override
  public void close() {
    if (team != null) {
      team.close();
    }
    stages.forEach(TorchScriptModule::close);
  }

  @Override
  public void savePrefix(int prefix, int slot, int length) {
    for (TorchScriptModule stage : stages) {
      stage.run(
          "save_prefix",
          IValue.from((long) prefix),
          IValue.from((long) slot),
          IValue.from(blocks(length)));
    }
    prefixLengths[prefix] = length;
  }

  @Override
  public void dropPrefix(int prefix) {
    savePrefix(prefix, 0, 0);
  }

  @Override
  public void loadPrefix(int prefix, int[] into, int length) {
    if (length > prefixLengths[prefix]) {
      throw new IllegalArgumentException(
          "prefix " + prefix + " has " + prefixLengths[prefix] + " tokens, not " + length);
    }
    int highest = 0;
    for (int slot : into) {
      lengths[slot] = length;
      highest = Math.max(highest, slot);
    }
    fit(highest + 1, Math.max(length, cacheLength));
    for (TorchScriptModule stage : stages) {
      stage.run(
          "load_prefix",
          IValue.from((long) prefix),
          IValue.listFrom(StepPart.longs(into)),
          IValue.from(blocks(length)));
    }
  }
}

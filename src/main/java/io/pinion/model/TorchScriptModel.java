package io.pinion.model;

import static io.pinion.model.TorchScriptModule.tensor;
import static io.pinion.model.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.DecoderSource.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LanguageModel} in TorchScript, its layers spread over one or more devices.
 *
 * <p>Each device runs a stage of the layers; hidden states move from stage to stage with the target
 * device given. The cache starts small and doubles as sequences come and grow, so that memory goes
 * to what is in use and not to {@code slots × maxLength}.
 */
public final class TorchScriptModel implements LanguageModel {
  private static final int FIRST_LENGTH = 64;

  private final ModelConfig config;
  private final List<Device> devices;
  private final List<TorchScriptModule> stages;
  private final WeightType type;
  private final int slots;
  private final int maxLength;
  private final int[] lengths;
  private int cacheSlots = 1;
  private int cacheLength = FIRST_LENGTH;

  private TorchScriptModel(
      ModelConfig config,
      List<Device> devices,
      List<TorchScriptModule> stages,
      WeightType type,
      int slots,
      int maxLength) {
    this.config = config;
    this.devices = List.copyOf(devices);
    this.stages = stages;
    this.type = type;
    this.slots = slots;
    this.maxLength = maxLength;
    this.lengths = new int[slots];
  }

  /**
   * Loads a checkpoint's weights onto devices.
   *
   * @param devices explicit devices, one for each stage; more than there are layers are refused
   * @param type F32, BF16 or F16: what weights and cache have on the devices
   * @param slots how many sequences the cache may hold
   * @param maxLength the longest sequence in tokens
   * @throws ModelException where a weight is missing or has the wrong shape
   */
  public static TorchScriptModel load(
      Checkpoint checkpoint, List<Device> devices, WeightType type, int slots, int maxLength) {
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
        stages.add(loadStage(checkpoint, stage, devices.get(i), type, maxLength));
      }
    } catch (RuntimeException e) {
      stages.forEach(TorchScriptModule::close);
      throw e;
    }
    return new TorchScriptModel(config, devices, stages, type, slots, maxLength);
  }

  private static TorchScriptModule loadStage(
      Checkpoint checkpoint, Stage stage, Device device, WeightType type, int maxLength) {
    ModelConfig config = checkpoint.config();
    TorchScriptModule module =
        TorchScriptModule.compile(
            DecoderSource.CLASS, DecoderSource.write(config, stage), device, DecoderSource.LISTS);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, type);
      NDArray[] weights = weights(loader, config, stage);
      NDManager owner = module.manager();
      NDArray[] keys = emptyCache(loader, config, stage);
      NDArray[] values = emptyCache(loader, config, stage);
      NDArray[] tables = tables(owner, config, device, maxLength);
      module.run("load", tensors(weights), tensors(keys), tensors(values), tensors(tables));
      // The module holds the tensors now; what is closed here is a second reference.
      for (NDArray[] handed : List.of(weights, keys, values, tables)) {
        new ai.djl.ndarray.NDList(handed).close();
      }
      return module;
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  private static NDArray[] weights(WeightLoader loader, ModelConfig config, Stage stage) {
    long hidden = config.hiddenSize();
    long vocabulary = config.vocabularySize();
    List<NDArray> weights = new ArrayList<>();
    if (stage.first()) {
      weights.add(loader.load(List.of("model.embed_tokens.weight"), List.of(vocabulary), hidden));
    }
    for (int layer = stage.from(); layer < stage.to(); layer++) {
      for (List<String> names : DecoderSource.layerWeights(config, layer)) {
        List<Long> rows = names.stream().map(name -> rows(config, name)).toList();
        weights.add(loader.load(names, rows, columns(config, names.get(0))));
      }
    }
    if (stage.last()) {
      weights.add(loader.load(List.of("model.norm.weight"), List.of(hidden), 0));
      if (!(stage.first() && config.tiedEmbeddings())) {
        String head = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
        weights.add(loader.load(List.of(head), List.of(vocabulary), hidden));
      }
    }
    return weights.toArray(NDArray[]::new);
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

  private static NDArray[] emptyCache(WeightLoader loader, ModelConfig config, Stage stage) {
    NDArray[] cache = new NDArray[stage.layers()];
    for (int i = 0; i < cache.length; i++) {
      cache[i] = loader.allocate(1, config.keyValueHeads(), FIRST_LENGTH, config.headDim());
    }
    return cache;
  }

  private static NDArray[] tables(
      NDManager owner, ModelConfig config, Device device, int maxLength) {
    RotaryTable.Table rotary = RotaryTable.compute(config, maxLength);
    Shape shape = new Shape(maxLength, config.headDim());
    long[] steps = new long[maxLength + FIRST_LENGTH];
    java.util.Arrays.setAll(steps, i -> i);
    // A tensor made from a Java buffer does not own its memory, and toDevice with copy
    // asked for does not copy on the same device, so each is duplicated.
    try (NDManager scope = owner.newSubManager()) {
      return new NDArray[] {
        owned(owner, scope.create(rotary.cosines(), shape), device),
        owned(owner, scope.create(rotary.sines(), shape), device),
        owned(owner, scope.create(steps), device)
      };
    }
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
    Layout layout = Layout.of(step);
    for (int i = 0; i < step.counts().length; i++) {
      lengths[i] = step.starts()[i] + step.counts()[i];
    }
    grow(step.counts().length, layout.length);
    NDArray hidden = null;
    for (int i = 0; i < stages.size(); i++) {
      hidden = forwardStage(stages.get(i), devices.get(i), layout, step, hidden);
    }
    return outputs(hidden, step.outputs());
  }

  private static NDArray outputs(NDArray logits, int[] slots) {
    if (slots.length == logits.getShape().get(0)) {
      return logits;
    }
    NDManager manager = logits.getManager();
    try (logits;
        NDManager scope = manager.newSubManager()) {
      NDArray wanted =
          slots.length == 0
              ? scope.create(new Shape(0, logits.getShape().get(1)))
              : logits.get(new NDIndex("{}", scope.create(Layout.longs(slots))));
      wanted.attach(manager);
      return wanted;
    }
  }

  private static NDArray forwardStage(
      TorchScriptModule stage, Device device, Layout layout, Step step, NDArray hidden) {
    try (NDManager scope = stage.manager().newSubManager(device)) {
      NDArray input = hidden == null ? scope.create(Layout.longs(step.tokenIds())) : hidden;
      NDArray output =
          stage.call(
              scope,
              "forward",
              tensor(input),
              tensor(scope.create(layout.positions)),
              tensor(scope.create(layout.slots)),
              tensor(scope.create(layout.last)),
              IValue.from(layout.length),
              layout.prompts.length == 0 ? emptyList(stage) : IValue.listFrom(layout.prompts));
      output.attach(stage.manager());
      if (hidden != null) {
        hidden.close();
      }
      return output;
    }
  }

  private static IValue emptyList(TorchScriptModule stage) {
    return IValue.listFrom(new long[0]);
  }

  private void grow(int neededSlots, int neededLength) {
    int addedSlots = grown(cacheSlots, neededSlots, slots) - cacheSlots;
    int addedLength = grown(cacheLength, neededLength, maxLength) - cacheLength;
    if (addedSlots > 0 || addedLength > 0) {
      for (TorchScriptModule stage : stages) {
        stage.run("grow", IValue.from(addedSlots), IValue.from(addedLength));
      }
      cacheSlots += addedSlots;
      cacheLength += addedLength;
    }
  }

  private static int grown(int now, int needed, int most) {
    return needed <= now ? now : Math.max(needed, Math.min(most, 2 * now));
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
    grow(highest + 1, length);
    for (int i = 0; i < stages.size(); i++) {
      try (NDManager scope = stages.get(i).manager().newSubManager(devices.get(i))) {
        stages
            .get(i)
            .run(
                "copy_slots",
                tensor(scope.create(Layout.longs(from))),
                tensor(scope.create(Layout.longs(to))),
                IValue.from(length));
      }
    }
  }

  @Override
  public void close() {
    stages.forEach(TorchScriptModule::close);
  }

  /** A step's tokens laid end to end, as {@link DecoderSource} reads them. */
  private record Layout(long[] positions, long[] slots, long[] last, int length, long[] prompts) {

    static Layout of(Step step) {
      int rows = step.counts().length;
      long[] positions = new long[step.tokenIds().length];
      long[] slots = new long[positions.length];
      long[] last = new long[rows];
      List<Long> prompts = new ArrayList<>();
      int at = 0;
      int length = 0;
      for (int row = 0; row < rows; row++) {
        int count = step.counts()[row];
        int end = step.starts()[row] + count;
        if (count > 1) {
          prompts.addAll(List.of((long) row, (long) at, (long) count, (long) end));
        }
        for (int i = 0; i < count; i++) {
          positions[at] = step.starts()[row] + i;
          slots[at++] = row;
        }
        last[row] = at - 1;
        length = Math.max(length, end);
      }
      return new Layout(
          positions, slots, last, length, prompts.stream().mapToLong(Long::longValue).toArray());
    }

    static long[] longs(int[] values) {
      return java.util.Arrays.stream(values).asLongStream().toArray();
    }
  }
}

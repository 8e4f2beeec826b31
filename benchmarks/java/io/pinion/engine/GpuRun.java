package io.pinion.engine;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.pinion.device.DeviceAssigner;
import io.pinion.device.DeviceAssignment;
import io.pinion.device.DeviceException;
import io.pinion.device.RuntimeCheck;
import io.pinion.device.RuntimeVersions;
import io.pinion.generate.Completion;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.text.tokenizer.GgufTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pinion without Spark, for a machine with a GPU; {@code benchmarks/gpu} calls it.
 *
 * <pre>
 * versions
 * pin ADDRESS...                                     what becomes of the scheduler's addresses
 * run MODEL DTYPE ADDRESS|cpu SLOTS ROWS.tsv OUT.tsv generates for rows
 * bench MODEL DTYPE ADDRESS|cpu BATCHES PROMPT NEW   such as 1,8,64,256 128 128
 * profile MODEL DTYPE ADDRESS|cpu BATCH PROMPT TRACE.json
 * tokenizer GGUF TOKENIZER.json                      extracts the tokenizer of a GGUF file
 * </pre>
 *
 * A row is {@code id TAB maxTokens TAB token,ids [TAB schema]}.
 */
final class GpuRun {
  private GpuRun() {}

  public static void main(String[] arguments) throws IOException {
    List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
    switch (arguments[0]) {
      case "versions" -> versions();
      case "pin" -> pin(rest);
      case "run" -> run(rest);
      case "bench" -> bench(rest);
      case "profile" -> profile(rest);
      case "tokenizer" -> tokenizer(rest);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.flush();
  }

  private static DeviceAssignment assign(List<String> addresses) {
    if (addresses.equals(List.of("cpu"))) {
      return DeviceAssignment.of(Device.cpu());
    }
    return new DeviceAssigner(
            "gpu", false, System.getenv("CUDA_VISIBLE_DEVICES"), RuntimeVersions::gpuUuids)
        .assign(addresses);
  }

  private static void versions() {
    Map<String, String> versions = RuntimeVersions.read();
    System.out.println("versions " + versions);
    System.out.println("GPUs " + RuntimeVersions.gpuUuids());
    RuntimeCheck.warnings(versions).forEach(warning -> System.out.println("warning: " + warning));
    if (!RuntimeVersions.gpuUuids().isEmpty()) {
      System.out.println("hardware " + RuntimeVersions.hardware(Device.gpu(0)));
    }
  }

  private static void pin(List<String> addresses) {
    for (String address : addresses) {
      try {
        System.out.println("pin " + address + ": " + assign(List.of(address)).describe());
      } catch (DeviceException e) {
        System.out.println("pin " + address + " refused: " + e.getMessage());
      }
    }
  }

  private static LoadedModel load(String uri, String dtype, String address, int slots) {
    long begin = System.nanoTime();
    DeviceAssignment devices = assign(List.of(address.split("\\+")));
    LoadedModel model =
        ModelLoader.load(new ModelOptions(uri, "", dtype, 0, slots, false, false, 0), devices);
    System.out.printf(
        "loaded %s as %s on %s in %.1f s, %s%n",
        Path.of(uri).getFileName(), model.dtype(), devices.describe(), since(begin), peak(devices));
    return model;
  }

  private static String peak(DeviceAssignment devices) {
    return "memory " + (RuntimeVersions.peakBytes(devices.devices()) >> 20) + " MiB";
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static SamplingParameters greedy(int maxTokens, boolean ignoreEos) {
    return SamplingParameters.DEFAULTS
        .with(SamplingParameter.MAX_TOKENS, maxTokens)
        .with(SamplingParameter.IGNORE_EOS, ignoreEos);
  }

  private static void run(List<String> a) throws IOException {
    try (LoadedModel model = load(a.get(0), a.get(1), a.get(2), Integer.parseInt(a.get(3)))) {
      List<String> out = new ArrayList<>();
      long begin = System.nanoTime();
      int tokens = 0;
      try (GenerationSession session = model.generator().open("benchmark")) {
        for (String line : Files.readAllLines(Path.of(a.get(4)))) {
          session.submit(request(model, line.split("\t")));
        }
        session.endOfInput();
        while (session.pending() > 0) {
          GenerationResult result = session.next();
          if (result.error() != null) {
            out.add("ERROR " + result.error().getMessage());
            continue;
          }
          Completion completion = result.completions().get(0);
          tokens += completion.tokenIds().length;
          out.add(ids(completion.tokenIds()) + "\t" + oneLine(completion.text()));
        }
      }
      double seconds = since(begin);
      Files.write(Path.of(a.get(5)), out);
      System.out.printf("run %d rows, %d tokens, %.2f s%n", out.size(), tokens, seconds);
    }
  }

  private static GenerationRequest request(LoadedModel model, String[] fields) {
    int[] prompt = Arrays.stream(fields[2].split(",")).mapToInt(Integer::parseInt).toArray();
    boolean guided = fields.length > 3;
    Guide guide =
        guided
            ? model
                .guides()
                .guide(
                    new GuideRequest(GuideRequest.Kind.JSON_SCHEMA, fields[3], JsonOptions.DEFAULT))
            : null;
    return new GenerationRequest(
        fields[0], prompt, greedy(Integer.parseInt(fields[1]), !guided), guide, guided);
  }

  private static String ids(int[] tokens) {
    return Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private static String oneLine(String text) {
    return text.replace("\n", "\\n").replace("\t", "\\t");
  }

  /** Prints the seconds of the prompts and of a decoding step, and the memory, by batch size. */
  private static void bench(List<String> a) {
    int[] batches = Arrays.stream(a.get(3).split(",")).mapToInt(Integer::parseInt).toArray();
    int prompt = Integer.parseInt(a.get(4));
    int fresh = Integer.parseInt(a.get(5));
    int most = Arrays.stream(batches).max().orElseThrow();
    DeviceAssignment devices = assign(List.of(a.get(2).split("\\+")));
    try (LoadedModel model = load(a.get(0), a.get(1), a.get(2), most)) {
      for (int batch : batches) {
        double cold = generate(model, batch, prompt, 8);
        generate(model, batch, prompt, 8);
        double first = generate(model, batch, prompt, 1);
        double all = generate(model, batch, prompt, fresh);
        double step = (all - first) / (fresh - 1);
        System.out.printf(
            "Pinion batch %d: prefill %.3f s (%.0f tok/s), step %.2f ms, decode %.0f tok/s, first run"
                + " %.1f s, %s%n",
            batch, first, batch * prompt / first, 1e3 * step, batch / step, cold, peak(devices));
      }
    }
  }

  private static void profile(List<String> a) {
    int batch = Integer.parseInt(a.get(3));
    int prompt = Integer.parseInt(a.get(4));
    try (LoadedModel model = load(a.get(0), a.get(1), a.get(2), batch)) {
      for (int i = 0; i < 3; i++) {
        generate(model, batch, prompt, 8);
      }
      JniUtils.startProfile(!a.get(2).equals("cpu"), false, false);
      double seconds = generate(model, batch, prompt, 9);
      JniUtils.stopProfile(a.get(5));
      System.out.printf("profiled %.3f s%n", seconds);
    }
  }

  private static void tokenizer(List<String> a) throws IOException {
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(a.get(0)))) {
      TokenizerData.Gguf data = (TokenizerData.Gguf) checkpoint.tokenizer();
      Files.writeString(
          Path.of(a.get(1)),
          GgufTokenizer.tokenizerJson(data.metadata(), data.origin()).toString());
    }
  }

  private static int round;

  private static double generate(LoadedModel model, int batch, int prompt, int fresh) {
    round++;
    int different = Math.min(30000, model.tokenizer().vocabulary().size() - 100);
    long begin = System.nanoTime();
    try (GenerationSession session = model.generator().open("benchmark")) {
      for (int row = 0; row < batch; row++) {
        int[] ids = new int[prompt];
        for (int i = 0; i < prompt; i++) {
          ids[i] = 100 + (int) ((row * 7919L + i * 104729L + round * 1299709L) % different);
        }
        session.submit(new GenerationRequest("row " + row, ids, greedy(fresh, true)));
      }
      session.endOfInput();
      while (session.pending() > 0) {
        GenerationResult result = session.next();
        if (result.error() != null) {
          throw result.error();
        }
      }
    }
    return since(begin);
  }
}

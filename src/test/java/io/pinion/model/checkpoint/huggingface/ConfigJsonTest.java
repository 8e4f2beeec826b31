package io.pinion.model.checkpoint.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigJsonTest {
  private static final String SHAPE =
      "'vocab_size': 100, 'hidden_size': 64, 'intermediate_size': 128, 'num_hidden_layers': 4,"
          + " 'num_attention_heads': 4, 'max_position_embeddings': 512";

  @TempDir Path folder;

  private ModelConfig read(String type, String more) throws IOException {
    return read("{'model_type': '" + type + "', " + SHAPE + more + "}");
  }

  private ModelConfig read(String json) throws IOException {
    Path path = folder.resolve("config.json");
    Files.writeString(path, json.replace('\'', '"'));
    SafetensorsWriter four = new SafetensorsWriter();
    for (int i = 0; i < 4; i++) {
      four.add("tensor " + i, TensorType.F32, new long[] {1}, new float[1]);
    }
    Files.write(folder.resolve("model.safetensors"), four.bytes());
    try (SafetensorsShards shards = SafetensorsShards.open(folder)) {
      return ConfigJson.read(
          path, JsonFile.parse("{\"eos_token_id\": [7, 8]}", "generation"), shards);
    }
  }

  @Test
  void whatALlamaLeavesOutHasTransformersDefaults() throws IOException {
    ModelConfig config = read("llama", ", 'eos_token_id': 2, 'bos_token_id': null");
    assertThat(config.keyValueHeads()).isEqualTo(4);
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.normEpsilon()).isEqualTo(1e-6);
    assertThat(config.ropeTheta()).isEqualTo(10000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.queryKeyValueBias()).isFalse();
    assertThat(config.slidingWindow()).isZero();
    assertThat(config.bosTokenId()).isEqualTo(-1);
    assertThat(config.eosTokenIds()).containsExactly(7, 8, 2);
  }

  @Test
  void aMistralHasAWindowUnlessItSaysNot() throws IOException {
    assertThat(read("mistral", "").slidingWindow()).isEqualTo(4096);
    assertThat(read("mistral", ", 'sliding_window': 32").slidingLayers())
        .isEqualTo(Collections.nCopies(4, true));
    assertThat(read("mistral", ", 'sliding_window': null").slidingWindow()).isZero();
  }

  @Test
  void aQwen2HasBiasesAndAWindowOnlyInItsUpperLayers() throws IOException {
    ModelConfig plain = read("qwen2", ", 'sliding_window': 32");
    assertThat(plain.queryKeyValueBias()).isTrue();
    assertThat(plain.outputBias()).isFalse();
    assertThat(plain.slidingWindow()).isZero();
    ModelConfig window =
        read("qwen2", ", 'sliding_window': 32, 'use_sliding_window': true, 'max_window_layers': 3");
    assertThat(window.slidingLayers()).containsExactly(false, false, false, true);
  }

  @Test
  void aQwen3HasNormsAndHeadsOf128() throws IOException {
    ModelConfig config = read("qwen3", "");
    assertThat(config.queryKeyNorm()).isTrue();
    assertThat(config.headDim()).isEqualTo(128);
    assertThat(config.queryKeyValueBias()).isFalse();
  }

  @Test
  void yarnLengthensTheContext() throws IOException {
    ModelConfig config =
        read(
            "qwen2",
            ", 'rope_scaling': {'type': 'yarn', 'factor': 4.0,"
                + " 'original_max_position_embeddings': 512}");
    assertThat(config.maxPositionEmbeddings()).isEqualTo(2048);
    assertThat(config.ropeScaling())
        .isEqualTo(new RopeScaling.Yarn(4, 32, 1, 512, 0.1 * Math.log(4) + 1, true));
  }

  @Test
  void newFilesHaveRopeParameters() throws IOException {
    ModelConfig config =
        read(
            "llama",
            ", 'rope_parameters': {'rope_theta': 500000.0, 'rope_type': 'llama3', 'factor': 8.0,"
                + " 'low_freq_factor': 1.0, 'high_freq_factor': 4.0,"
                + " 'original_max_position_embeddings': 128}");
    assertThat(config.ropeTheta()).isEqualTo(500000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 128));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bert    | -                                                | has model_type 'bert', which Pinion cannot run. It runs [llama, mistral, qwen2, qwen3
          llama   | , 'hidden_act': 'gelu'                           | asks for hidden_act "gelu"; supported is silu
          llama   | , 'quantization_config': {'quant_method': 'awq'} | describes quantized weights (awq)
          llama   | , 'rope_scaling': {'rope_type': 'longrope'}      | asks for rope scaling 'longrope'; supported are default, linear, llama3 and yarn
          llama   | , 'rope_scaling': {'rope_type': 'linear'}        | lacks the key rope_scaling.factor
          llama   | , 'rope_scaling': {'type': 'linear', 'factor': 0} | gives key rope_scaling.factor the impossible value 0
          llama   | , 'num_key_value_heads': 3                       | has 4 heads over 3 kv heads of width 16, which do not fit together
          llama   | , 'head_dim': 0                                  | gives key head_dim the impossible value 0
          llama   | , 'head_dim': 'wide'                             | gives key head_dim the value "wide", which is not a number
          llama   | , 'rms_norm_eps': 'small'                        | gives key rms_norm_eps the value "small", which is not a number
          llama   | , 'tie_word_embeddings': 1                       | gives key tie_word_embeddings the value 1, which is neither true nor false
          llama   | , 'eos_token_id': -5                             | gives key eos_token_id the value -5, which is not a token id
          llama   | , 'partial_rotary_factor': 0.5                   | rotates only part of each head
          llama   | , 'rope_parameters': {'full_attention': {'rope_type': 'default'}} | has rope_parameters by layer type
          qwen3   | , 'layer_types': ['full_attention']              | has 1 layer_types for 4 layers
          llama   | , 'rms_norm_eps': -1                             | gives key rms_norm_eps the impossible value -1
          llama   | , 'rms_norm_eps': 0                              | gives key rms_norm_eps the impossible value 0
          llama   | , 'rope_theta': 0                                | gives key rope_theta the impossible value 0
          llama   | , 'rope_theta': 1e999                            | gives key rope_theta the impossible value Infinity
          llama   | , 'rope_parameters': {'rope_theta': -10000.0}    | gives key rope_parameters.rope_theta the impossible value -10000.0
          llama   | , 'rope_scaling': {'type': 'yarn', 'factor': 0}  | gives key rope_scaling.factor the impossible value 0
          llama   | , 'rope_scaling': {'type': 'yarn', 'factor': 2, 'beta_fast': 0} | gives key rope_scaling.beta_fast the impossible value 0
          llama   | , 'rope_scaling': {'type': 'yarn', 'factor': 2, 'attention_factor': -1} | gives key rope_scaling.attention_factor the impossible value -1
          llama   | , 'rope_scaling': {'type': 'yarn', 'factor': 2, 'mscale': -1} | gives key rope_scaling.mscale the impossible value -1
          llama   | , 'rope_scaling': {'type': 'llama3', 'factor': 2, 'low_freq_factor': 4, 'high_freq_factor': 4, 'original_max_position_embeddings': 9} | has low_freq_factor 4.0, which is not below high_freq_factor 4.0
          llama   | , 'rope_parameters': {'rope_type': 'default', 'partial_rotary_factor': 0.5} | rotates only part of each head
          llama   | , 'eos_token_id': 100                            | ends texts with token 100 (eos_token_id), but has a vocabulary of 100 tokens
          llama   | , 'architectures': ['LlamaForSequenceClassification'] | has architectures ["LlamaForSequenceClassification"], which embed or classify texts
          mistral | , 'architectures': ['MistralModel']              | which embed or classify texts
          qwen2   | , 'architectures': ['Qwen2ForCausalLM'], 'is_causal': false | it is an encoder
          llama   | , 'use_bidirectional_attention': true            | it is an encoder
          llama   | , 'is_encoder_decoder': true                     | Pinion runs decoders alone
          """)
  void whatIsNotKnownIsRefusedByName(String type, String more, String message) {
    assertThatThrownBy(() -> read(type, more.equals("-") ? "" : more))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message);
  }

  @Test
  void moreLayersThanTensorsAreRefusedBeforeAnythingIsMadeForEach() {
    String many =
        ("{'model_type': 'qwen2', " + SHAPE + "}")
            .replace(": 4, 'num_att", ": 2147483647, 'num_att");
    assertThatThrownBy(() -> read(many))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("claims 2147483647 layers, but has only 4 tensors");
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(() -> read("{'model_type': 'llama', 'hidden_size': 64}"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("config.json lacks the key num_attention_heads");
  }
}

package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceTextTest {
  @Test
  void slotsOfABlockAreFilledAndItsLinesIndented() {
    SourceText text = new SourceText("Probe");
    text.block(
        1,
        """
        def twice(${self}, x: Tensor) -> Tensor:
          return torch.mul(x, ${factor})
        """,
        Map.of("factor", 2));
    assertThat(text.toString())
        .isEqualTo(
            """
              def twice(self: __torch__.Probe, x: Tensor) -> Tensor:
                return torch.mul(x, 2)
            """);
  }

  @Test
  void aValueIsNotSearchedForSlots() {
    assertThat(SourceText.fill("x = ${value}", Map.of("value", "${later}$1")))
        .isEqualTo("x = ${later}$1");
  }

  @Test
  void aSlotWithoutAValueIsRefusedByName() {
    assertThatThrownBy(() -> SourceText.fill("x = ${missing}", Map.of("other", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no value for ${missing}, only for {other=1}");
  }
}

package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import org.junit.jupiter.api.Test;

class TorchScriptModuleTest {
  private static final String SOURCE =
      """
      class Adder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        terms : List[Tensor]
        def load(self: __torch__.Adder, terms: List[Tensor]) -> NoneType:
          self.terms = terms
          return None
        def add(self: __torch__.Adder, x: Tensor, times: int) -> Tensor:
          y = x
          for i in range(torch.len(self.terms)):
            y = torch.add(y, self.terms[i], alpha=times)
          return y
      """;

  @Test
  void methodsTakeTensorsListsAndNumbersAndKeepState() {
    try (TorchScriptModule module =
            TorchScriptModule.compile("Adder", SOURCE, Device.cpu(), "terms");
        NDManager manager = module.manager().newSubManager()) {
      NDArray one = manager.create(new float[] {1, 2});
      NDArray two = manager.create(new float[] {10, 20});
      module.run("load", TorchScriptModule.tensors(one, two));
      NDArray sum = module.call(manager, "add", TorchScriptModule.tensor(one), IValue.from(3L));
      assertThat(sum.toFloatArray()).containsExactly(34, 68);
    }
  }

  @Test
  void aBrokenSourceIsRefusedByName() {
    assertThatThrownBy(
            () -> TorchScriptModule.compile("Adder", "class Adder(Module):\n  nope", Device.cpu()))
        .isInstanceOf(TorchScriptException.class)
        .hasMessageContaining("Adder");
  }
}

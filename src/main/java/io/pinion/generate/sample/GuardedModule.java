package io.pinion.generate.sample;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.torch.TorchScriptModule;
import java.util.Map;

/**
 * Calls the sampler's TorchScript operations, after a guard has checked their tensors.
 *
 * <p>The guard gets each tensor by the name that error messages use; each call closes its
 * arguments. Not thread-safe: callers hold the device's lease. The creator closes it, and with it
 * the tensors of its {@link #manager}.
 */
final class GuardedModule implements AutoCloseable {
  private final TorchScriptModule module;
  private final TensorGuard guard;
  private final Device device;

  GuardedModule(TorchScriptModule module, TensorGuard guard, Device device) {
    this.module = module;
    this.guard = guard;
    this.device = device;
  }

  /** The device of all tensors. */
  Device device() {
    return device;
  }

  /** The owner of tensors that outlive a step. */
  NDManager manager() {
    return module.manager();
  }

  /** A manager for the tensors of one step, which the caller closes. */
  NDManager newScope() {
    return module.manager().newSubManager(device);
  }

  /** Calls a method that returns a tensor, which {@code scope} owns. */
  NDArray call(NDManager scope, String method, Map<String, NDArray> tensors, IValue... arguments) {
    check(method, tensors, arguments);
    return module.call(scope, method, arguments);
  }

  /** Calls a method that returns tensors, which {@code scope} owns. */
  NDArray[] callForList(
      NDManager scope, String method, Map<String, NDArray> tensors, IValue... arguments) {
    check(method, tensors, arguments);
    return module.callForList(scope, method, arguments);
  }

  /** Calls a method for its effect. */
  void run(String method, Map<String, NDArray> tensors, IValue... arguments) {
    check(method, tensors, arguments);
    module.run(method, arguments);
  }

  private void check(String method, Map<String, NDArray> tensors, IValue... arguments) {
    try {
      guard.check(method, tensors);
    } catch (RuntimeException | Error e) {
      for (IValue argument : arguments) {
        argument.close();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    module.close();
  }
}

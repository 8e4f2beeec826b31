package io.pinion.device;

/**
 * A GPU that this process can use.
 *
 * @param index CUDA's index in this process
 * @param uuid such as {@code GPU-6f1a…}, or {@code MIG-…} for a part of a GPU
 * @param name such as {@code NVIDIA H100 80GB HBM3}
 * @param capability its compute capability times ten, such as 90
 * @param bytes all its memory
 */
record Gpu(int index, String uuid, String name, int capability, long bytes) {}

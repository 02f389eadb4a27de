import { getLlama, getModuleVersion, LlamaLogLevel } from 'node-llama-cpp';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import { instructionSetsIn } from './instructionSetsIn.ts';

/** This machine as llama.cpp sees it, with the best device it finds. Rejects when the library cannot be loaded. */
export async function describeMachine(): Promise<InferenceFacts> {
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    gpu: 'auto',
    logLevel: LlamaLogLevel.disabled,
  });
  try {
    const hasCard = llama.gpu !== false;
    const [devices, memory] = hasCard
      ? await Promise.all([llama.getGpuDeviceNames(), llama.getVramState()])
      : ([[], null] as const);
    return {
      library: await getModuleVersion(),
      gpu: llama.gpu === false ? 'cpu' : llama.gpu,
      devices: devices.slice(0, 32).map((name) => name.slice(0, 200)),
      instructionSets: instructionSetsIn(llama.systemInfo),
      mathCores: Math.max(1, llama.cpuMathCores),
      graphicsMemory:
        memory === null ? null : { totalBytes: memory.total, freeBytes: memory.free, unifiedBytes: memory.unifiedSize },
    };
  } finally {
    await llama.dispose();
  }
}

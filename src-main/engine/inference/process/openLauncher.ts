import { systemClock } from '#node/systemClock.ts';
import type { Installation } from '#node/Installation.ts';
import type { Fence } from '#engine/inference/confinement/fences.ts';
import { ProcessWorkerLauncher } from './ProcessWorkerLauncher.ts';
import { workerPackages } from '#engine/inference/confinement/workerPackages.ts';

/** A launcher for the workers of an installation; `fences` are those that work on this system (`findFences`). */
export function openLauncher(installation: Installation, fences: readonly Fence[] = []): ProcessWorkerLauncher {
  return new ProcessWorkerLauncher({
    nodeExecutable: installation.nodeExecutable(),
    entryPoint: installation.entryPoint('worker'),
    code: [...installation.workerCode, ...workerPackages(installation.root)],
    clock: systemClock,
    fences,
  });
}

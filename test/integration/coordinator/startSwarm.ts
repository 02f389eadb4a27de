import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type RunCoordinatorOptions,
  type RunningCoordinator,
  runCoordinator,
} from '#coordinator/host/runCoordinator.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { ScriptedNode } from './ScriptedNode.ts';

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-coordinator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real coordinator on a free port and a folder of its own; a private swarm unless said otherwise. */
export async function startSwarm(change: Partial<RunCoordinatorOptions> = {}): Promise<RunningCoordinator> {
  const running = await runCoordinator({
    host: '127.0.0.1',
    port: 0,
    data: change.data ?? temporaryFolder(),
    private: true,
    logger: silentLogger,
    ...change,
  });
  onTestFinished(() => running.stop());
  return running;
}

/** Secret of a private swarm, from its invite link. */
export function secretOf({ invite }: RunningCoordinator): string | null {
  return invite === null ? null : (new URL(invite).hash.split('.')[1] ?? null);
}

/** An enrolled and connected node that passes its welcome task by. */
export async function joinNode(
  swarm: RunningCoordinator,
  how: Parameters<ScriptedNode['connect']>[0] & { account?: ScriptedNode } = {},
): Promise<ScriptedNode> {
  const node = new ScriptedNode(swarm.url, how.account?.account);
  const result = await node.enrol(secretOf(swarm));
  if (result.status !== 'approved') throw new Error(`Not enrolled: ${result.reason}`);
  await node.connect(how);
  onTestFinished(() => node.close());
  return node;
}

/** Does the welcome task, so that the next assignment is the test's own. */
export async function passWelcome(node: ScriptedNode): Promise<void> {
  const first = await until(() => node.answers[0]);
  await first.send(first.chunk([10, 2]));
  await first.finish('eog');
  node.answers.length = 0;
}

/** An enrolled and connected node whose welcome task is over. */
export async function joinWorker(swarm: RunningCoordinator): Promise<ScriptedNode> {
  const node = await joinNode(swarm);
  await passWelcome(node);
  return node;
}

/** Waits until something holds; the limit only ends what will never happen. */
export async function until<T>(look: () => T | undefined | null | false): Promise<T> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    const found = look();
    if (found !== undefined && found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come to be: ${look.toString()}`);
}

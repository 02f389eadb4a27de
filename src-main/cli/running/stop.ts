import { setTimeout as wait } from 'node:timers/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';
import { isAlive } from './isAlive.ts';

const pollIntervalMs = 100;
const exitTimeoutMs = 120_000;

/** `stop`: stops the engine, after running tasks or with `--now` at once, and waits until its process has exited. */
export async function stop(context: CommandContext, options: { now: boolean }): Promise<ExitCode> {
  const running = await findRunningEngine(context.home);
  await withEngine(context, async (client) => {
    await client.call('engine.stop', { drain: !options.now });
    return exitCodes.done;
  });
  if (running !== null) await waitForExit(running.pid);
  context.line({ event: 'stopped', home: context.home });
  context.say('Open Swarm has stopped.');
  return exitCodes.done;
}

async function waitForExit(pid: number): Promise<void> {
  const until = performance.now() + exitTimeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > until) throw new SwarmError('timeout', `The engine (process ${pid}) is still running.`);
    await wait(pollIntervalMs);
  }
}

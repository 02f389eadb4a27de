import { setTimeout as wait } from 'node:timers/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';

const lookEveryMs = 100;
const waitAtMostMs = 120_000;

/** `stop`: lets the engine finish what runs (or not, with `--now`) and waits until it is gone. */
export async function stop(context: CommandContext, options: { now: boolean }): Promise<ExitCode> {
  const running = await findRunningEngine(context.home);
  await withEngine(context, async (client) => {
    await client.call('engine.stop', { drain: !options.now });
    return exitCodes.done;
  });
  if (running !== null) await gone(running.pid);
  context.line({ event: 'stopped', home: context.home });
  context.say('Open Swarm has stopped.');
  return exitCodes.done;
}

async function gone(pid: number): Promise<void> {
  const until = performance.now() + waitAtMostMs;
  while (isAlive(pid)) {
    if (performance.now() > until) throw new SwarmError('timeout', `The engine (process ${pid}) is still running.`);
    await wait(lookEveryMs);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

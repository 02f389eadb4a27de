import type { Snapshot } from '#shared/api/snapshot.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { reasonLine } from './reasonLine.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';

/** `status`: prints what this machine is doing, and a new address of the interface. */
export async function status(context: CommandContext): Promise<ExitCode> {
  return withEngine(context, async (client) => {
    const snapshot = await client.call('snapshot', {});
    const { ui } = await client.call('ui.address', {});
    context.line(statusLine(snapshot, ui));
    context.say(statusText(snapshot, ui));
    return exitCodes.done;
  });
}

function statusLine({ contribution, swarm, identity, tasks, engine }: Snapshot, ui: string): Record<string, unknown> {
  return {
    state: contribution.state,
    reason: reasonLine(contribution.reason),
    ui,
    coordinator: swarm.joined?.address ?? null,
    swarmId: swarm.joined?.swarmId ?? null,
    connected: swarm.connection.state === 'connected',
    nodeId: identity.nodeId,
    accountId: identity.accountId,
    tasks: tasks.map(({ taskId, role, type, status: state, outputTokens }) => ({
      taskId,
      role,
      type,
      status: state,
      outputTokens,
    })),
    tokensPerSecond: speedOf(tasks),
    problems: engine.problems,
    version: engine.version,
  };
}

function statusText({ contribution, swarm, tasks, engine }: Snapshot, ui: string): string {
  const { joined, connection } = swarm;
  const swarmText = joined === null ? 'No swarm is joined.' : `Swarm: ${joined.name} at ${joined.address}`;
  const rows = tasks.map((task) => [task.taskId, task.role, task.type, task.status, String(task.outputTokens)]);
  return [
    `${contribution.reason.title}. ${contribution.reason.text}`.trim(),
    joined === null ? swarmText : `${swarmText} (${connection.state})`,
    ...(connection.problem === null ? [] : [connection.problem]),
    ...engine.problems.map((problem) => `${problem.happened} ${problem.means} ${problem.action}`),
    ...(rows.length === 0 ? [] : ['', formatTable(['TASK', 'ROLE', 'TYPE', 'STATUS', '>TOKENS'], rows), '']),
    `Interface: ${ui}`,
  ].join('\n');
}

/** Tokens per second of all work on this machine, for others and for its owner. */
function speedOf(tasks: Snapshot['tasks']): number {
  const speeds = tasks.filter((task) => task.role === 'node').map((task) => task.tokensPerSecond ?? 0);
  return Math.round(speeds.reduce((sum, speed) => sum + speed, 0) * 10) / 10;
}

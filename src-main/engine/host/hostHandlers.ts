import os from 'node:os';
import type { Engine } from '#engine/api/Engine.ts';
import type { ApiHandlers } from '#engine/api/LocalApi.ts';
import type { ModelService } from '#engine/models/ModelService.ts';
import { computerMemory } from '#engine/machine/platform/computerMemory.ts';
import { tailLines } from '#engine/machine/platform/tailLines.ts';
import type { PrivateSwarm } from './privateSwarm/PrivateSwarm.ts';

/** Milliseconds between the answer to `engine.stop` and the stop. */
const answerFirstMs = 50;

/** The engine with what belongs to its process. */
export interface HostParts {
  readonly engine: Engine;
  readonly models: ModelService;
  readonly privateSwarm: PrivateSwarm;
  readonly version: string;
  readonly logFile: string;
  /** Ends the process, after the answer has left. */
  readonly requestStop: (options: { drain: boolean }) => void;
}

/** Starts the private swarm of this machine and joins it. Rejects with a SwarmError. */
export async function joinPrivateSwarm({ engine, privateSwarm }: HostParts): Promise<void> {
  const { url, swarmId } = await privateSwarm.start();
  const { joined } = engine.slice('swarm');
  if (joined?.ownCoordinator === true && joined.swarmId === swarmId) await engine.moveSwarm(url);
  else await engine.join({ address: url, secret: (await privateSwarm.invite()).secret, ownCoordinator: true });
}

/** The handlers of all commands that one engine process answers. */
export function hostHandlers(parts: HostParts): ApiHandlers {
  const { engine, privateSwarm, logFile, requestStop } = parts;
  return {
    ...engine.handlers,
    ...parts.models.handlers,
    snapshot: async () => engine.snapshot(),
    'swarm.startPrivate': async () => {
      await joinPrivateSwarm(parts);
      return {};
    },
    'swarm.invite': async ({ renew }) => {
      const { link, onNetwork } = await privateSwarm.invite({ renew });
      return { link, onNetwork };
    },
    'swarm.leave': async (input) => {
      const answer = await engine.handlers['swarm.leave'](input);
      await privateSwarm.stop();
      return answer;
    },
    'logs.tail': async ({ lines }) => ({ lines: tailLines(logFile, lines) }),
    diagnostics: async () => ({ report: diagnosticsOf(parts) }),
    'engine.stop': async ({ drain }) => {
      // An idle engine exits within milliseconds, before its reply is sent.
      setTimeout(() => requestStop({ drain }), answerFirstMs);
      return {};
    },
  };
}

/** Versions, states and counts; never texts, people's names or secrets. */
function diagnosticsOf({ engine, privateSwarm, version }: HostParts): Record<string, unknown> {
  return {
    version,
    node: process.versions.node,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processors: os.availableParallelism(),
    memoryTotalBytes: computerMemory(),
    memoryBytes: process.memoryUsage.rss(),
    uptimeSeconds: Math.round(process.uptime()),
    privateSwarm: { running: privateSwarm.running !== undefined },
    engine: engine.diagnostics(),
  };
}

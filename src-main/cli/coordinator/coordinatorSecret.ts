import { existsSync } from 'node:fs';
import path from 'node:path';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { readSecret, renewSecret, revokeSecret } from '#node/swarmSecret.ts';
import { systemRandom } from '#node/systemClock.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { coordinatorFolder } from './coordinatorFolder.ts';

/** `coordinator secret show|renew|revoke`: takes effect at once, even while the coordinator runs. */
export async function coordinatorSecret(
  context: CommandContext,
  action: 'show' | 'renew' | 'revoke',
  data: string | undefined,
): Promise<ExitCode> {
  const folder = coordinatorFolder(context, data);
  if (!existsSync(path.join(folder, 'secret.json'))) {
    throw new SwarmError('not_found', `There is no private swarm in ${folder}.`, { field: 'data' });
  }
  if (action === 'renew') renewSecret(folder, systemRandom);
  if (action === 'revoke') revokeSecret(folder);
  const secret = readSecret(folder);
  context.line({ secret });
  context.say(secret ?? 'There is no secret: nobody new can join.');
  return exitCodes.done;
}

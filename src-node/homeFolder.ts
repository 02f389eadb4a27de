import path from 'node:path';
import envPaths from 'env-paths';

/**
 * The data folder of this person's installation: what `--home` names, else OPEN_SWARM_HOME, else the place that the
 * operating system has for such data. Absolute.
 */
export function homeFolder(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? env['OPEN_SWARM_HOME'];
  return path.resolve(named === undefined || named === '' ? envPaths('open-swarm', { suffix: '' }).data : named);
}

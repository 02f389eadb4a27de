import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Absolute path of the user's data folder: `--home`, else OPEN_SWARM_HOME, else the operating system's folder for
 * application data.
 */
export function homeFolder(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? env['OPEN_SWARM_HOME'];
  return path.resolve(named === undefined || named === '' ? envPaths('open-swarm', { suffix: '' }).data : named);
}

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Autostart on Linux: a desktop entry in the XDG autostart folder. */
export interface AutostartFile {
  readonly get: () => Promise<boolean>;
  readonly set: (on: boolean) => Promise<void>;
}

/** `command` is the program with its arguments; `env` determines the folder. */
export function createAutostartFile(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): AutostartFile {
  const folder = path.join(env['XDG_CONFIG_HOME'] || path.join(env['HOME'] ?? '', '.config'), 'autostart');
  const file = path.join(folder, 'open-swarm.desktop');
  return {
    get: async () => (await readText(file))?.includes('\nHidden=false') ?? false,
    set: async (on) => {
      if (!on) return rm(file, { force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(file, desktopEntry(command));
    },
  };
}

function desktopEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Open Swarm',
    'Comment=Lend this computer to the swarm while it is idle',
    `Exec=${command.map(quote).join(' ')}`,
    'Hidden=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quotes an argument as the desktop entry specification requires: a backslash before the four special characters. */
function quote(argument: string): string {
  return `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Starting with the session on Linux: a file in the folder that every desktop reads (XDG autostart). */
export interface AutostartFile {
  readonly get: () => Promise<boolean>;
  readonly set: (on: boolean) => Promise<void>;
}

/** `command` is the program with its arguments; `env` decides where the folder is. */
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
    'Comment=Lend this computer to the swarm while nobody needs it',
    `Exec=${command.map(quote).join(' ')}`,
    'Hidden=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quoting of the desktop entry specification: backslash before the four characters that mean something. */
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

import type { Command } from 'commander';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

/** Adds `settings`, `settings get` and `settings set`; they also work without a running engine. */
export function addSettingsCommands({ program, run }: ProgramParts): void {
  const settings = program
    .command('settings')
    .description('list all settings and their values')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).settings(context)),
    );
  settings
    .command('get')
    .argument('<key>', 'name of the setting, such as contribution.cpuShare')
    .description('show a setting')
    .action(async (key: string, _options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).getSetting(context, key)),
    );
  settings
    .command('set')
    .argument('<key>', 'name of the setting')
    .argument('<value>', 'on, 40, "a, b", 8GB, none, "Mon-Fri 18:00-23:00", or JSON')
    .description('change a setting')
    .action(async (key: string, value: string, _options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).setSetting(context, key, value)),
    );
}

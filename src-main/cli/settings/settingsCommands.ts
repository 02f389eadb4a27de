import type { Command } from 'commander';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

/** settings, settings get, settings set: also without a running engine. */
export function addSettingsCommands({ program, run }: ProgramParts): void {
  const settings = program
    .command('settings')
    .description('every setting of this machine and its value')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).settings(context)),
    );
  settings
    .command('get')
    .argument('<key>', 'name of the setting, such as contribution.cpuShare')
    .description('one setting')
    .action(async (key: string, _options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).getSetting(context, key)),
    );
  settings
    .command('set')
    .argument('<key>', 'name of the setting')
    .argument('<value>', 'on, 40, "a, b", 8GB, none, "Mon-Fri 18:00-23:00", or JSON')
    .description('change one setting')
    .action(async (key: string, value: string, _options, command: Command) =>
      run(command, async (context) => (await import('./settings.ts')).setSetting(context, key, value)),
    );
}

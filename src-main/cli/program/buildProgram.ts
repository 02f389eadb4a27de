import { Command, Option } from 'commander';
import { homeFolder } from '#node/homeFolder.ts';
import { type CommandWorld, createContext, type ExitCode } from './CommandContext.ts';
import { addBenchmarkCommand } from '#main/cli/machine/benchmarkCommand.ts';
import { addCoordinatorCommands } from '#main/cli/coordinator/coordinatorCommands.ts';
import { addIdentityCommands } from '#main/cli/settings/identityCommands.ts';
import { addModelsCommands } from '#main/cli/models/modelsCommands.ts';
import type { ProgramParts } from './programParts.ts';
import { addPauseCommands } from '#main/cli/running/pauseCommands.ts';
import { addReadingCommands } from '#main/cli/tasks/readingCommands.ts';
import { addSettingsCommands } from '#main/cli/settings/settingsCommands.ts';
import { addStartCommands } from '#main/cli/running/startCommands.ts';
import { addSubmitCommands } from '#main/cli/tasks/submitCommands.ts';

/** Defines all commands and options. The code of a command is loaded when it runs. */
export function buildProgram(world: CommandWorld, onExit: (code: ExitCode) => void): Command {
  const program = new Command('open-swarm')
    .description('Lend your computer to run small language models for others, and submit tasks of your own.')
    .exitOverride()
    // Lets `coordinator verify --data` be an option of `verify` and not of `coordinator`.
    .enablePositionalOptions()
    .configureOutput({ writeOut: world.out, writeErr: (text) => world.note(text.trimEnd()) })
    .showHelpAfterError('(use --help for help)');
  const run: ProgramParts['run'] = async (command, action) => {
    const { home, json } = command.optsWithGlobals<{ home?: string; json?: boolean }>();
    onExit(await action(createContext(world, { home: homeFolder(home, { ...world.env }), json: json === true })));
  };
  const parts = { program, run };
  addStartCommands(parts);
  addSubmitCommands(parts);
  addPauseCommands(parts);
  addReadingCommands(parts);
  addModelsCommands(parts);
  addBenchmarkCommand(parts);
  addSettingsCommands(parts);
  addIdentityCommands(parts);
  addCoordinatorCommands(parts);
  for (const command of allCommands(program)) {
    command.addOption(new Option('--home <dir>', 'data folder (default: OPEN_SWARM_HOME, or the user data folder)'));
    command.addOption(new Option('--json', 'print one JSON object per line'));
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

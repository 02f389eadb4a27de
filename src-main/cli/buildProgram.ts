import { Command, Option } from 'commander';
import { homeFolder } from '#node/homeFolder.ts';
import { type CommandWorld, createContext, type ExitCode } from './CommandContext.ts';
import { addBenchmarkCommand } from './benchmarkCommand.ts';
import { addCoordinatorCommands } from './coordinatorCommands.ts';
import { addIdentityCommands } from './identityCommands.ts';
import { addModelsCommands } from './modelsCommands.ts';
import type { ProgramParts } from './programParts.ts';
import { addPauseCommands } from './pauseCommands.ts';
import { addReadingCommands } from './readingCommands.ts';
import { addSettingsCommands } from './settingsCommands.ts';
import { addStartCommands } from './startCommands.ts';
import { addSubmitCommands } from './submitCommands.ts';

/** All commands and options. What a command does is loaded when it runs. */
export function buildProgram(world: CommandWorld, onExit: (code: ExitCode) => void): Command {
  const program = new Command('open-swarm')
    .description('Lend your computer to run small language models for others, and submit tasks of your own.')
    .exitOverride()
    // `coordinator verify --data` is an option of verify, not of coordinator.
    .enablePositionalOptions()
    .configureOutput({ writeOut: world.out, writeErr: (text) => world.note(text.trimEnd()) })
    .showHelpAfterError('(add --help for more)');
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
    command.addOption(new Option('--home <dir>', 'data folder (default: OPEN_SWARM_HOME, or your user-data folder)'));
    command.addOption(new Option('--json', 'one JSON object per line on stdout'));
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

import type { Settings } from '#shared/api/snapshot.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { parseSettingName, parseSettingValue } from './parseSettingValue.ts';
import { type DataSource, withData } from '#main/cli/program/withData.ts';

/** `settings`: prints all settings; with `--json` as one object by name. */
export async function settings(context: CommandContext): Promise<ExitCode> {
  return withSettings(context, async (source) => {
    const { settings: all } = await source.snapshot({});
    context.line({ ...all });
    const rows = Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)]);
    context.say(formatTable(['SETTING', 'VALUE'], rows));
    return exitCodes.done;
  });
}

/** `settings get KEY`. */
export async function getSetting(context: CommandContext, key: string): Promise<ExitCode> {
  const name = parseSettingName(key);
  return withSettings(context, async (source) => {
    printSetting(context, name, (await source.snapshot({})).settings);
    return exitCodes.done;
  });
}

/** `settings set KEY VALUE`: changes a setting and prints its new value. */
export async function setSetting(context: CommandContext, key: string, text: string): Promise<ExitCode> {
  const name = parseSettingName(key);
  const change = parseSettingValue(name, text);
  return withSettings(context, async (source) => {
    printSetting(context, name, await source['settings.set'](change));
    return exitCodes.done;
  });
}

/** Creates the data folder if needed, because a machine may be configured before its first start. */
async function withSettings(
  context: CommandContext,
  run: (source: DataSource) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withData(context, run, { create: true });
}

function printSetting(context: CommandContext, name: keyof Settings, all: Settings): void {
  context.line({ key: name, value: all[name] });
  const value = all[name];
  context.say(typeof value === 'string' ? value : JSON.stringify(value));
}

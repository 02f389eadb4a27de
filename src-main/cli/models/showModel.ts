import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { findModel } from './findModel.ts';
import { withModels } from './withModels.ts';

/** `models show`: prints an installed model, or the header of a remote file. */
export async function showModel(context: CommandContext, named: string): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const model = await findModel(library, named);
    if (model !== null) {
      const verdict = await library.call('models.verdict', { digest: model.digest });
      context.line({ installed: true, ...model, verdict });
      printFacts(context, { ...model, types: model.types.join(' '), languages: model.languages.join(' ') }, verdict);
      return exitCodes.done;
    }
    const { facts, verdict, sha256 } = await library.call('models.inspect', { source: named });
    context.line({ installed: false, ...facts, digest: sha256, verdict });
    printFacts(context, { ...facts, digest: sha256 ?? 'unknown before the download' }, verdict);
    return exitCodes.done;
  });
}

function printFacts(context: CommandContext, facts: object, verdict: FitVerdict): void {
  for (const [name, value] of Object.entries(facts)) {
    const text: unknown = value;
    if (typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean') {
      if (text !== '') context.say(`${name.padEnd(16)}  ${text}`);
    }
  }
  context.say(`\n${verdict.sentence}`);
}

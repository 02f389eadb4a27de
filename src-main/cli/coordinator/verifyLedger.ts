import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';

/** `coordinator verify`: the operator's audit of a data folder; exit code 1 when anything disagrees. */
export async function verify(context: CommandContext, folder: string): Promise<ExitCode> {
  const report = verifyLedger(folder);
  context.line({ ...report });
  context.say(
    [
      `${report.entries} entries, ${report.tasks} tasks, all accounts together ${report.sum} credits.`,
      report.ok ? 'Everything agrees.' : `Paid twice: ${report.paidTwice}, still held: ${report.heldForFinished},`,
      ...(report.ok ? [] : [`broken links: ${report.brokenLinks}.`, ...report.problems]),
    ].join('\n'),
  );
  return report.ok ? exitCodes.done : exitCodes.failed;
}

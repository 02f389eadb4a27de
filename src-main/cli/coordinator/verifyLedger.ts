import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';

/** `coordinator verify`: audits a data folder. Exits with 1 when anything does not match. */
export async function verify(context: CommandContext, folder: string): Promise<ExitCode> {
  const report = verifyLedger(folder);
  context.line({ ...report });
  context.say(
    [
      `${report.entries} entries, ${report.tasks} tasks, ${report.sum} credits over all accounts.`,
      report.ok
        ? 'Everything matches.'
        : `Paid twice: ${report.paidTwice}, held for finished tasks: ${report.heldForFinished},`,
      ...(report.ok ? [] : [`broken links: ${report.brokenLinks}.`, ...report.problems]),
    ].join('\n'),
  );
  return report.ok ? exitCodes.done : exitCodes.failed;
}

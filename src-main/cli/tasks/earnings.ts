import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { withData } from '#main/cli/program/withData.ts';

/** `earnings`: prints the balances, where balance + pending + escrow + stake = granted + earned − spent − withdrawn. */
export async function earnings(context: CommandContext): Promise<ExitCode> {
  return withData(context, async (source) => {
    const { money, swarm } = await source.snapshot({});
    if (money.balances === null) throw noNumbers(swarm.joined !== null);
    const { balance, pending, escrow, stake, granted, earned, spent, withdrawn } = money.balances;
    const line = { balance, pending, escrow, stake, granted, earned, spent, withdrawn };
    context.line({ ...line, agrees: money.agreement?.agrees ?? null });
    context.say(formatTable(['', '>CREDITS'], Object.entries(line)));
    if (money.agreement?.agrees === false) {
      context.note(
        `The records on this computer differ from the coordinator's by ${money.agreement.difference} credits.`,
      );
    }
    return exitCodes.done;
  });
}

/** The error for a swarm whose balances are not known yet. */
export function noNumbers(joined: boolean): SwarmError {
  return joined
    ? new SwarmError('not_connected', 'The coordinator has not sent any balances yet. Try again once it is connected.')
    : new SwarmError('no_swarm', 'No swarm is joined yet. Start one with: open-swarm start --private-swarm');
}

import { expect } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { type JsonLine, openSwarm } from '#test/helpers/openSwarmCommand.ts';

export type Line = JsonLine;

/** Runs a command that must succeed and gives its lines. */
export async function linesOf(common: readonly string[], args: readonly string[]): Promise<Line[]> {
  const { code, lines, errors } = await openSwarm([...args, ...common]);
  expect(code, `${args.join(' ')}: ${errors}`).toBe(0);
  return [...lines];
}

/** Money of one account in micro-credits. */
export interface Books {
  readonly balance: bigint;
  readonly escrow: bigint;
  readonly granted: bigint;
  readonly earned: bigint;
  readonly spent: bigint;
  /** balance + pending + escrow + stake. */
  readonly own: bigint;
  /** Null while the coordinator's word is not known. */
  readonly agrees: unknown;
}

/** Reads `earnings`, whose two sides must always be equal. */
export async function booksOf(ask: (...args: string[]) => Promise<Line[]>): Promise<Books> {
  const [line = {}] = await ask('earnings');
  const amount = (name: string): bigint => parseCredits(String(line[name]));
  const own = amount('balance') + amount('pending') + amount('escrow') + amount('stake');
  expect(own).toBe(amount('granted') + amount('earned') - amount('spent') - amount('withdrawn'));
  return {
    balance: amount('balance'),
    escrow: amount('escrow'),
    granted: amount('granted'),
    earned: amount('earned'),
    spent: amount('spent'),
    own,
    agrees: line['agrees'],
  };
}

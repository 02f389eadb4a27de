const maxLength = 1000;
/** openswarm://host:port#swarmId.secret */
const pattern = /^openswarm:\/\/[^\s/?#]{1,255}\/?#[A-Za-z0-9_]{1,64}(?:\.[A-Za-z0-9_-]{1,64})?$/;

export const inviteScheme = 'openswarm';

/**
 * The invite link among a program's arguments; null when there is none. The page shows it to the person in a form; it
 * is never followed by itself.
 */
export function findInviteLink(args: readonly string[]): string | null {
  return args.find((arg) => arg.length <= maxLength && pattern.test(arg)) ?? null;
}

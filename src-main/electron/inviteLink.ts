const longest = 1000;
/** openswarm://host:port#swarmId.secret */
const shape = /^openswarm:\/\/[^\s/?#]{1,255}\/?#[A-Za-z0-9_]{1,64}(?:\.[A-Za-z0-9_-]{1,64})?$/;

export const inviteScheme = 'openswarm';

/**
 * The invite link among a program's arguments, if any. It only fills a form: it is shown to the person, never followed.
 */
export function findInviteLink(args: readonly string[]): string | null {
  return args.find((arg) => arg.length <= longest && shape.test(arg)) ?? null;
}

import type { Contribution } from '#shared/api/snapshot.ts';

/** The reason for the state, for `--json`; `resumes` is null when it does not end by itself. */
export function reasonLine({ code, title, text, resumesAt }: Contribution['reason']): Record<string, unknown> {
  return { code, title, text, resumes: resumesAt === null ? null : new Date(resumesAt).toISOString() };
}

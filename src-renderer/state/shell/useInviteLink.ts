import { useCallback } from 'react';
import { toast } from 'sonner';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Copies the invite link of the own private swarm; the caller shows it where copying fails. */
export function useInviteLink() {
  const { run, busy } = useAction('swarm.invite');
  /** Resolves to the link, or to null after a failure, which is shown. `renew` invalidates earlier links. */
  const copy = useCallback(
    async (renew: boolean): Promise<{ readonly link: string; readonly copied: boolean } | null> => {
      const answer = await run({ renew });
      if (answer === null) return null;
      const { link } = answer;
      return navigator.clipboard.writeText(link).then(
        () => {
          const description = renew ? 'Earlier links no longer work.' : 'Anyone with the link can join this swarm.';
          toast.success('Invite link copied', { description });
          return { link, copied: true };
        },
        () => ({ link, copied: false }),
      );
    },
    [run],
  );
  return { copy, busy };
}

import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useInvite } from '#renderer/state/shell/InviteContext.tsx';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';

/** Handles events of the desktop shell: it may open a page or an invite link, which only pre-fills the form in Settings. */
export function ShellEvents() {
  const shell = useShell();
  const [, navigate] = useLocation();
  const { fill } = useInvite();
  useEffect(() => {
    if (shell === null) return undefined;
    const openInvite = (link: string) => {
      fill(link);
      navigate('/settings');
    };
    shell.call('inviteLink.take').then(
      ({ link }) => link !== null && openInvite(link),
      // An older shell without invite links: there is nothing to open.
      () => undefined,
    );
    const stops = [
      shell.subscribe('navigate', ({ to }) => navigate(to)),
      shell.subscribe('inviteLink', ({ link }) => openInvite(link)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [shell, navigate, fill]);
  return null;
}

/** What this window may do: `none` in a browser that has no notifications, `granted` always in the desktop shell. */
export type NoticePermission = NotificationPermission | 'none';

interface NoticeWords {
  readonly text: string;
  /** Asking makes sense now: browsers ask only once, and only after a click. */
  readonly canAsk: boolean;
}

const general = 'Notifies you when one of your tasks finishes while this window is in the background.';

/** What the switch does, and what else it needs of the browser. */
export function noticeWords(wanted: boolean, permission: NoticePermission): NoticeWords {
  if (!wanted || permission === 'granted') return { text: general, canAsk: false };
  switch (permission) {
    case 'default':
      return { text: `${general} This browser has not allowed notifications yet.`, canAsk: true };
    case 'denied':
      return {
        text: 'This browser blocks notifications from this page. Allow them in the site settings next to the address bar.',
        canAsk: false,
      };
    case 'none':
      return {
        text: 'This browser does not support notifications. The page itself still shows messages.',
        canAsk: false,
      };
  }
}

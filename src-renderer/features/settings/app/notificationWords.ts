/** What this window may do: `none` in a browser that has no notifications, `granted` always in the desktop shell. */
export type NoticePermission = NotificationPermission | 'none';

interface NoticeWords {
  readonly text: string;
  /** Asking makes sense now: browsers ask only once, and only after a click. */
  readonly canAsk: boolean;
}

const general = 'Tell when a task of yours has finished while this window is not in front.';

/** What the switch does, and what else it needs of the browser. */
export function noticeWords(wanted: boolean, permission: NoticePermission): NoticeWords {
  if (!wanted || permission === 'granted') return { text: general, canAsk: false };
  switch (permission) {
    case 'default':
      return { text: `${general} This browser has not allowed it yet.`, canAsk: true };
    case 'denied':
      return {
        text: 'This browser blocks notifications of this page. Allow them in the site settings, at the left of the address.',
        canAsk: false,
      };
    case 'none':
      return { text: 'This browser has no notifications. The page itself still tells.', canAsk: false };
  }
}

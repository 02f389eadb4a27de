/** The window's permission: `none` in a browser without notifications, always `granted` in the desktop shell. */
export type NoticePermission = NotificationPermission | 'none';

interface NoticeWords {
  readonly text: string;
  /** Whether the permission can be requested: browsers prompt only once, and only after a click. */
  readonly canAsk: boolean;
}

const general = 'Notifies you when one of your tasks finishes while this window is in the background.';

/** What the switch does, and what else the browser requires. */
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

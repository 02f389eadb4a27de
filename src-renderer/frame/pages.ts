import { Activity, Award, Box, Cpu, List, Settings, SquarePen, Wallet, type LucideIcon } from 'lucide-react';

export type PageId = 'overview' | 'submit' | 'tasks' | 'models' | 'earnings' | 'reputation' | 'hardware' | 'settings';

export interface Page {
  readonly id: PageId;
  readonly title: string;
  readonly path: string;
  readonly icon: LucideIcon;
  /** The key after `g` that opens the page. */
  readonly key: string;
  /** At the bottom of the sidebar. */
  readonly low?: boolean;
}

/** Every page in the order of the sidebar. */
export const pages: readonly Page[] = [
  { id: 'overview', title: 'Overview', path: '/', icon: Activity, key: 'o' },
  { id: 'submit', title: 'Submit', path: '/submit', icon: SquarePen, key: 's' },
  { id: 'tasks', title: 'Tasks', path: '/tasks', icon: List, key: 't' },
  { id: 'models', title: 'Models', path: '/models', icon: Box, key: 'm' },
  { id: 'earnings', title: 'Earnings', path: '/earnings', icon: Wallet, key: 'e' },
  { id: 'reputation', title: 'Reputation', path: '/reputation', icon: Award, key: 'r' },
  { id: 'hardware', title: 'Hardware', path: '/hardware', icon: Cpu, key: 'h' },
  { id: 'settings', title: 'Settings', path: '/settings', icon: Settings, key: ',', low: true },
];

import {
  Download,
  FilePlus2,
  Gauge,
  HardDriveDownload,
  Keyboard,
  Link2,
  LogIn,
  LogOut,
  Moon,
  PackageCheck,
  PackageSearch,
  Pause,
  Play,
  Power,
  Square,
  Sun,
  type LucideIcon,
} from 'lucide-react';
import { toast } from 'sonner';
import { useLocation } from 'wouter';
import { useLedgerExport } from '#renderer/features/earnings/useLedgerExport.ts';
import { useTaskExport } from '#renderer/features/tasks/useTaskExport.ts';
import { commandsNow, type PaletteCommandId } from './paletteCommands.ts';
import { pages } from '#renderer/frame/pages.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAskIntent, type Intent } from '#renderer/state/shell/IntentContext.tsx';
import { chooseTheme, useShownTheme } from '#renderer/state/shell/theme.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useInviteLink } from '#renderer/state/shell/useInviteLink.ts';
import { usePause } from '#renderer/state/usePause.ts';
import { useUpdates } from '#renderer/state/shell/useUpdates.ts';

/** One line of the palette. */
export interface PaletteCommand {
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly keys?: readonly string[];
  /** Further search words. */
  readonly words?: readonly string[];
  readonly run: () => void;
}

type Lines = Readonly<Record<PaletteCommandId, readonly PaletteCommand[]>>;

/** The available commands by group. */
export function usePaletteCommands(
  onShortcuts: () => void,
): readonly (readonly [heading: string, commands: readonly PaletteCommand[]])[] {
  const contribution = useSlice('contribution');
  const { joined } = useSlice('swarm');
  const measuring = useSlice('benchmark').running !== null;
  const engineConnected = useLink() === 'open';
  const { snoozed } = usePause();
  const updates = useUpdates();
  const lines: Lines = {
    ...useWorkLines(),
    ...useSwarmLines(),
    ...useCopyLines(),
    ...useWindowLines(onShortcuts),
    check_for_updates: line('check_for_updates', 'Check for updates', PackageSearch, { run: () => updates?.check() }),
    install_update: line('install_update', 'Restart and install the update', PackageCheck, {
      run: () => updates?.install(),
    }),
  };
  const kind = updates?.state.kind ?? null;
  const now = commandsNow({ engineConnected, contribution, snoozed, joined, measuring, updates: kind });
  return [
    ['Pages', usePageLines()],
    ...now.map(([heading, ids]) => [heading, ids.flatMap((id) => lines[id])] as const),
  ];
}

function line(
  id: string,
  title: string,
  icon: LucideIcon,
  rest: Pick<PaletteCommand, 'run' | 'keys' | 'words'>,
): readonly PaletteCommand[] {
  return [{ id, title, icon, ...rest }];
}

function usePageLines(): readonly PaletteCommand[] {
  const [, navigate] = useLocation();
  return pages.map((page) => ({
    id: `go-${page.id}`,
    title: page.title,
    icon: page.icon,
    keys: ['g', page.key],
    run: () => navigate(page.path),
  }));
}

/** Opens a page and an intent on it. */
function useOpen(): (path: string, intent: Intent) => void {
  const [, navigate] = useLocation();
  const ask = useAskIntent();
  return (path, intent) => {
    ask(intent);
    navigate(path);
  };
}

function useWorkLines() {
  const [, navigate] = useLocation();
  const open = useOpen();
  const pause = usePause();
  const { on } = useSlice('contribution');
  const contribute = useAction('contribution.set');
  const measure = useAction('benchmark.start');
  const finish = pause.choices.find(({ id }) => id === 'finish');
  return {
    resume: line('resume', 'Resume now', Play, { run: pause.resume, keys: ['p'] }),
    pause: pause.choices
      .filter((choice) => choice !== finish)
      .map(({ id, label, onChoose }) => ({
        id: `pause-${id}`,
        title: `Pause ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
        icon: Pause,
        words: [`snooze ${label}`],
        ...(id === 'open' ? { keys: ['p'] } : {}),
        run: onChoose,
      })),
    stop_after_task: line('stop_after_task', 'Pause after the current task', Square, {
      run: () => finish?.onChoose(),
      words: ['finish', 'stop'],
    }),
    contribute: line('contribute', on ? 'Stop contributing' : 'Start contributing', Power, {
      run: () => void contribute.run({ on: !on }),
    }),
    measure: line('measure', 'Run a benchmark', Gauge, {
      run: () => {
        void measure.run({ set: 'quick' });
        navigate('/hardware');
      },
      words: ['measure', 'speed'],
    }),
    add_model: line('add_model', 'Add a model from a file or URL', FilePlus2, {
      run: () => open('/models', 'add_model'),
    }),
  };
}

function useSwarmLines() {
  const open = useOpen();
  const { joined } = useSlice('swarm');
  const invite = useInviteLink();
  const copyInvite = async () => {
    const answer = await invite.copy(false);
    if (answer?.copied === false) toast('Invite link', { description: answer.link, duration: 60_000 });
  };
  return {
    copy_invite: line('copy_invite', 'Copy the invite link', Link2, {
      run: () => void copyInvite(),
      words: ['private swarm'],
    }),
    join_swarm: line('join_swarm', joined === null ? 'Join a swarm' : 'Join another swarm', LogIn, {
      run: () => open('/settings', 'join_swarm'),
    }),
    leave_swarm: line('leave_swarm', 'Leave the swarm', LogOut, { run: () => open('/settings', 'leave_swarm') }),
  };
}

function useCopyLines() {
  const open = useOpen();
  const tasks = useTaskExport();
  const ledger = useLedgerExport();
  return {
    export_tasks: line('export_tasks', 'Export my tasks as CSV', Download, { run: () => void tasks.save() }),
    export_ledger: line('export_ledger', 'Export my ledger as CSV', Download, { run: () => void ledger.save() }),
    back_up: line('back_up', 'Back up my identity', HardDriveDownload, {
      run: () => open('/settings', 'back_up'),
      words: ['export', 'keys'],
    }),
  };
}

function useWindowLines(onShortcuts: () => void) {
  const dark = useShownTheme() === 'dark';
  return {
    theme: line('theme', dark ? 'Switch to the light theme' : 'Switch to the dark theme', dark ? Sun : Moon, {
      run: () => chooseTheme(dark ? 'light' : 'dark'),
    }),
    keys: line('keys', 'Keyboard shortcuts', Keyboard, { run: onShortcuts, keys: ['?'] }),
  };
}

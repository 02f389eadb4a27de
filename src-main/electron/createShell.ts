import type { HostedEngineState, HostEventPayload } from '#shared/api/hostContract.ts';
import type { HostEventName } from '#shared/api/hostNames.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { AppUpdates, type Updater } from './desktop/AppUpdates.ts';
import { createHostCalls, type HostPorts } from './window/createHostCalls.ts';
import { EngineLink } from './engine/EngineLink.ts';
import type { EngineProcess } from './engine/EngineProcess.ts';
import { EngineSupervisor } from './engine/EngineSupervisor.ts';
import { finishedNotice } from './desktop/finishedNotice.ts';
import { findInviteLink } from './desktop/inviteLink.ts';
import { type OwnerSession, SessionWatch } from './desktop/SessionWatch.ts';
import { type TrayAction, trayMenu, type TrayModel } from './desktop/trayMenu.ts';

/** The shell's dependencies on Electron and the machine. */
export interface ShellPorts extends Pick<HostPorts, 'autostart' | 'showInFolder' | 'openDialog' | 'setBadge'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly launchEngine: () => Promise<EngineProcess>;
  readonly updater: Updater | null;
  readonly session: OwnerSession;
  readonly window: {
    readonly open: (route: string) => void;
    readonly send: <K extends HostEventName>(name: K, payload: HostEventPayload<K>) => void;
  };
  readonly showTray: (model: TrayModel) => void;
  /** Shows a notification; `onClick` opens its subject. */
  readonly notify: (notice: { readonly title: string; readonly body: string }, onClick: () => void) => void;
  /** Quits the app, which calls `Shell.stop` first. */
  readonly quit: () => void;
}

export interface Shell {
  readonly start: (args: readonly string[]) => void;
  /** The app was started a second time, or the system passes a link. */
  readonly activated: (args: readonly string[]) => void;
  readonly hostCalls: (name: unknown, input: unknown) => Promise<unknown>;
  readonly act: (action: TrayAction) => void;
  /** Stops the engine after its running tasks; a second call kills it. */
  readonly stop: () => Promise<void>;
}

/** Slightly longer than the engine itself waits for running tasks. */
const drainLimitMs = 100_000;

/** Assembles the shell. It makes no decisions about work or money; those are the engine's. */
export function createShell(ports: ShellPorts): Shell {
  const link = new EngineLink({
    onView: (view) => {
      refreshTray();
      session.follow(view);
    },
    onFinished: (task) => notifyFinished(ports, link.view.notifications, task),
  });
  const session = new SessionWatch({ ...ports, send: (report) => link.report(report) });
  const supervisor = new EngineSupervisor({
    clock: ports.clock,
    random: ports.random,
    launch: ports.launchEngine,
    onRunning: (engine) => {
      isOurs = engine.ours;
      link.connect(engine);
    },
    onState: (state) => onEngineState(state),
  });
  const updates = new AppUpdates({
    updater: ports.updater,
    clock: ports.clock,
    onState: (state) => ports.window.send('updates.state', state),
  });
  const invites = pendingInvite();
  let [isOurs, stopping] = [false, false];

  function onEngineState(state: HostedEngineState): void {
    if (state.kind !== 'running' && state.kind !== 'stopping') link.close();
    ports.window.send('engine.state', state);
    refreshTray();
  }

  function refreshTray(): void {
    ports.showTray(trayMenu({ engine: supervisor.state, ...link.view }));
  }

  async function stop(): Promise<void> {
    if (stopping) supervisor.kill();
    stopping = true;
    updates.stop();
    await supervisor.stop(drainLimitMs, async () => (isOurs ? link.drain() : undefined));
    link.close();
  }

  /** Finishes running tasks first, because the installer would not wait for them, and two copies would collide. */
  async function install(): Promise<void> {
    if (updates.state.kind !== 'ready') return;
    await stop();
    updates.install();
  }

  function act(action: TrayAction): void {
    if (action.type === 'open') ports.window.open(action.to);
    else if (action.type === 'quit') ports.quit();
    else if (action.type === 'retry') supervisor.retry();
    // When a command fails, the state simply does not change.
    else link.act(action).catch(() => null);
  }

  return {
    start: (args) => {
      invites.offer(findInviteLink(args));
      refreshTray();
      supervisor.start();
      updates.start();
      if (!args.includes('--hidden')) ports.window.open('/');
    },
    activated: (args) => {
      const invite = findInviteLink(args);
      ports.window.open('/');
      invites.offer(invite);
      if (invite !== null) ports.window.send('inviteLink', { link: invite });
    },
    hostCalls: createHostCalls(hostPorts(ports, { supervisor, updates, invites, install: () => void install() })),
    act,
    stop,
  };
}

interface ShellParts {
  readonly supervisor: EngineSupervisor;
  readonly updates: AppUpdates;
  readonly invites: PendingInvite;
  readonly install: () => void;
}

/** Dependencies of the page's calls. */
function hostPorts(ports: ShellPorts, { supervisor, updates, invites, install }: ShellParts): HostPorts {
  return {
    ...ports,
    engine: {
      running: () => supervisor.running(),
      state: () => supervisor.state,
      retry: () => supervisor.retry(),
    },
    notify: (title, body) => ports.notify({ title, body }, () => ports.window.open('/')),
    updates: { state: () => updates.state, check: () => updates.check(), install },
    takeInviteLink: () => invites.take(),
  };
}

function notifyFinished(
  ports: ShellPorts,
  isEnabled: boolean,
  task: Parameters<typeof finishedNotice>[0] & { taskId: string },
): void {
  if (isEnabled) ports.notify(finishedNotice(task), () => ports.window.open(`/tasks/${task.taskId}`));
}

/** The invite link for the page to fetch, once. */
interface PendingInvite {
  readonly offer: (link: string | null) => void;
  readonly take: () => string | null;
}

function pendingInvite(): PendingInvite {
  let pending: string | null = null;
  return {
    offer: (link) => {
      pending = link ?? pending;
    },
    take: () => {
      const taken = pending;
      pending = null;
      return taken;
    },
  };
}

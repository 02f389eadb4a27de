import type { HostedEngineState, HostEventPayload } from '#shared/api/hostContract.ts';
import type { HostEventName } from '#shared/api/hostNames.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { AppUpdates, type Updater } from './AppUpdates.ts';
import { createHostCalls, type HostPorts } from './createHostCalls.ts';
import { EngineLink } from './EngineLink.ts';
import type { EngineProcess } from './EngineProcess.ts';
import { EngineSupervisor } from './EngineSupervisor.ts';
import { finishedNotice } from './finishedNotice.ts';
import { findInviteLink } from './inviteLink.ts';
import { type OwnerSession, SessionWatch } from './SessionWatch.ts';
import { type TrayAction, trayMenu, type TrayModel } from './trayMenu.ts';

/** What the shell needs of Electron and of the machine; tests hand in their own. */
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
  /** `onClick` opens what it is about. */
  readonly notify: (notice: { readonly title: string; readonly body: string }, onClick: () => void) => void;
  /** Ends the app; asks `Shell.stop` on its way. */
  readonly quit: () => void;
}

export interface Shell {
  readonly start: (args: readonly string[]) => void;
  /** A second start of the app, or a link that the system hands over. */
  readonly activated: (args: readonly string[]) => void;
  readonly hostCalls: (name: unknown, input: unknown) => Promise<unknown>;
  readonly act: (action: TrayAction) => void;
  /** Lets the engine finish and ends it; a second call ends it at once. */
  readonly stop: () => Promise<void>;
}

/** A little longer than the engine itself waits for running tasks when it is asked to stop. */
const drainLimitMs = 100_000;

/** Wires the shell. It decides nothing about work or money: that is the engine's. */
export function createShell(ports: ShellPorts): Shell {
  const link = new EngineLink({
    onView: (view) => {
      refreshTray();
      session.follow(view);
    },
    onFinished: (task) => tellFinished(ports, link.view.notifications, task),
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
    onState: (state) => engineChanged(state),
  });
  const updates = new AppUpdates({
    updater: ports.updater,
    clock: ports.clock,
    onState: (state) => ports.window.send('updates.state', state),
  });
  const invites = pendingInvite();
  let [isOurs, stopping] = [false, false];

  function engineChanged(state: HostedEngineState): void {
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

  /** Running tasks are finished first: the installer would not wait for them, and a new copy would meet the old one. */
  async function install(): Promise<void> {
    if (updates.state.kind !== 'ready') return;
    await stop();
    updates.install();
  }

  function act(action: TrayAction): void {
    if (action.type === 'open') ports.window.open(action.to);
    else if (action.type === 'quit') ports.quit();
    else if (action.type === 'retry') supervisor.retry();
    // A refusal shows in the state, which stays as it was.
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

/** What the page may ask of the shell. */
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

function tellFinished(
  ports: ShellPorts,
  wanted: boolean,
  task: Parameters<typeof finishedNotice>[0] & { taskId: string },
): void {
  if (wanted) ports.notify(finishedNotice(task), () => ports.window.open(`/tasks/${task.taskId}`));
}

/** The invite link that waits for the page to ask for it, given once. */
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

import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { Contribution, MoneySlice, Settings, type Snapshot } from '#shared/api/snapshot.ts';
import type { SessionReport } from '#shared/api/contributionSettings.ts';
import type { RunningEngine } from './EngineProcess.ts';
import type { TrayAction } from '#main/electron/desktop/trayMenu.ts';

/** The part of the engine's state that the shell uses. */
export interface ShellView {
  readonly contribution: Contribution | null;
  readonly earnedToday: string | null;
  readonly notifications: boolean;
  /** Whether the engine needs to know if somebody uses the computer, because it works only while it is idle. */
  readonly watchesUser: boolean;
}

interface LinkEvents {
  readonly onView: (view: ShellView) => void;
  readonly onFinished: (task: { readonly taskId: string; readonly status: string; readonly title: string }) => void;
}

const unknownView: ShellView = {
  contribution: null,
  earnedToday: null,
  notifications: false,
  watchesUser: false,
};

/** The shell's connection to the engine: mirrors the state that the tray shows, and sends the tray's commands. */
export class EngineLink {
  readonly #events: LinkEvents;
  #client: LocalEngineClient | null = null;
  #view: ShellView = unknownView;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  get view(): ShellView {
    return this.#view;
  }

  /** Connects to an engine that has started, and disconnects from an earlier one. */
  connect(engine: RunningEngine): void {
    this.close();
    const client = new LocalEngineClient({ port: engine.port, secret: engine.secret, reconnect: true });
    this.#client = client;
    client.onState((state) => (state === 'open' ? void this.#refresh(client) : this.#setView(unknownView)));
    client.on('slice', ({ slice, value }) => this.#sliceChanged(slice, value));
    client.on('task:finished', (task) => this.#events.onFinished(task));
    client.open();
  }

  /** Sends the command of a tray item to the engine. When it fails, the state simply does not change. */
  async act(action: TrayAction): Promise<void> {
    if (action.type === 'pause') {
      const { type: _, ...pause } = action;
      await this.#client?.call('contribution.pause', pause);
    }
    if (action.type === 'resume') await this.#client?.call('contribution.resume', {});
  }

  /** Reports the desktop session to the engine. A lost report does not matter; the next one follows soon. */
  report(report: SessionReport): void {
    this.#client?.call('session.report', report).catch(() => null);
  }

  /** Asks the engine to finish running tasks and stop. Resolves at once without a connection. */
  async drain(): Promise<void> {
    await this.#client?.call('engine.stop', { drain: true });
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
    this.#setView(unknownView);
  }

  async #refresh(client: LocalEngineClient): Promise<void> {
    try {
      const snapshot = await client.call('snapshot', {});
      if (client === this.#client) this.#setView(viewOf(snapshot));
    } catch {
      // The connection was lost meanwhile; the next one refreshes again.
    }
  }

  #sliceChanged(slice: string, value: unknown): void {
    if (slice === 'contribution') this.#patch(Contribution.safeParse(value).data, (contribution) => ({ contribution }));
    if (slice === 'money') this.#patch(MoneySlice.safeParse(value).data, ({ earnedToday }) => ({ earnedToday }));
    if (slice === 'settings') {
      this.#patch(Settings.safeParse(value).data, (settings) => ({
        notifications: settings['interface.notifications'],
        watchesUser: settings['contribution.onlyWhenIdle'],
      }));
    }
  }

  #patch<T>(value: T | undefined, change: (value: T) => Partial<ShellView>): void {
    if (value !== undefined) this.#setView({ ...this.#view, ...change(value) });
  }

  #setView(view: ShellView): void {
    this.#view = view;
    this.#events.onView(view);
  }
}

function viewOf({ contribution, money, settings }: Snapshot): ShellView {
  return {
    contribution,
    earnedToday: money.earnedToday,
    notifications: settings['interface.notifications'],
    watchesUser: settings['contribution.onlyWhenIdle'],
  };
}

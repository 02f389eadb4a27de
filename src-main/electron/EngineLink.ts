import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { Contribution, MoneySlice, Settings, type Snapshot } from '#shared/api/snapshot.ts';
import type { SessionReport } from '#shared/api/contributionSettings.ts';
import type { RunningEngine } from './EngineProcess.ts';
import type { TrayAction } from './trayMenu.ts';

/** What the shell itself shows of the engine. */
export interface ShellView {
  readonly contribution: Contribution | null;
  readonly earnedToday: string | null;
  readonly notifications: boolean;
  /** The engine works only while nobody uses the computer, so it wants to know. */
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

/** The shell as one more client of the engine: it mirrors what the tray shows and passes the tray's clicks on. */
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

  /** Connects to the engine that has just come up; the link to an earlier one ends. */
  connect(engine: RunningEngine): void {
    this.close();
    const client = new LocalEngineClient({ port: engine.port, secret: engine.secret, reconnect: true });
    this.#client = client;
    client.onState((state) => (state === 'open' ? void this.#refresh(client) : this.#see(unknownView)));
    client.on('slice', ({ slice, value }) => this.#sliceChanged(slice, value));
    client.on('task:finished', (task) => this.#events.onFinished(task));
    client.open();
  }

  /** Passes a click on the tray on to the engine; a failure shows in the state, which does not change then. */
  async act(action: TrayAction): Promise<void> {
    if (action.type === 'pause') {
      const { type: _, ...pause } = action;
      await this.#client?.call('contribution.pause', pause);
    }
    if (action.type === 'resume') await this.#client?.call('contribution.resume', {});
  }

  /** Tells the engine of the session; what is lost is told again soon. */
  report(report: SessionReport): void {
    this.#client?.call('session.report', report).catch(() => null);
  }

  /** Asks the engine to finish what runs and to stop. Resolves at once when there is none to ask. */
  async drain(): Promise<void> {
    await this.#client?.call('engine.stop', { drain: true });
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
    this.#see(unknownView);
  }

  async #refresh(client: LocalEngineClient): Promise<void> {
    try {
      const snapshot = await client.call('snapshot', {});
      if (client === this.#client) this.#see(viewOf(snapshot));
    } catch {
      // The connection went away meanwhile; the next one asks again.
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
    if (value !== undefined) this.#see({ ...this.#view, ...change(value) });
  }

  #see(view: ShellView): void {
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

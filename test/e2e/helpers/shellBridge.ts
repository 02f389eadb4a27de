import type { Page } from '@playwright/test';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';

/** FAKE shell: what preload gives to the page, without Electron. It answers from a script and notes what was asked. */
export class ShellBridge {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Puts it into every document that the page opens from now on. */
  static async install(page: Page, home: string, updates: UpdatesState): Promise<ShellBridge> {
    const file = await findRunningEngine(home);
    if (file === null) throw new Error(`No engine runs with ${home}.`);
    await page.addInitScript(putBridge, { secret: file.secret, updates });
    return new ShellBridge(page);
  }

  /** As if the shell told it. */
  async tell(updates: UpdatesState): Promise<void> {
    await this.#page.evaluate(
      (state) => window.dispatchEvent(new CustomEvent('test:updates', { detail: state })),
      updates,
    );
  }

  /** Names of the calls so far that change something. */
  async asked(): Promise<readonly string[]> {
    return this.#page.evaluate(() => JSON.parse(document.documentElement.dataset['asked'] ?? '[]') as string[]);
  }
}

/** Runs in the page before anything else. */
function putBridge(script: { readonly secret: string; readonly updates: UpdatesState }): void {
  let { updates } = script;
  const asked: string[] = [];
  const answers: Readonly<Record<string, () => unknown>> = {
    engine: () => ({ url: location.origin, secret: script.secret }),
    'updates.state': () => updates,
    'updates.check': () => updates,
    'updates.install': () => null,
    'inviteLink.take': () => ({ link: null }),
    'autostart.get': () => ({ on: false }),
  };
  const bridge = {
    call: async (name: string): Promise<unknown> => {
      if (name === 'updates.check' || name === 'updates.install') {
        asked.push(name);
        document.documentElement.dataset['asked'] = JSON.stringify(asked);
      }
      const answer = answers[name];
      if (answer === undefined) throw new Error(`The shell has no call ${name}.`);
      return answer();
    },
    subscribe: (name: string, listener: (payload: unknown) => void): (() => void) => {
      if (name !== 'updates.state') return () => undefined;
      const take = (event: Event): void => {
        updates = (event as CustomEvent<UpdatesState>).detail;
        listener(updates);
      };
      window.addEventListener('test:updates', take);
      return () => window.removeEventListener('test:updates', take);
    },
    pathOf: () => '',
  };
  Object.defineProperty(window, 'openSwarm', { value: bridge });
}

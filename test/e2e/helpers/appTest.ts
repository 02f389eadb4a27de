import { expect, test as base, type Page } from '@playwright/test';
import { callEngine } from '#test/helpers/callEngine.ts';
import { enginePid, isAlive, newHome, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';

/** The product as a person has it: engine, private swarm and starter model, started by the command. */
export class RunningApp {
  readonly home: string;
  #command: RunningCommand;
  #address: string;

  private constructor(home: string, command: RunningCommand, address: string) {
    this.home = home;
    this.#command = command;
    this.#address = address;
  }

  /** `options`: of `open-swarm start`. */
  static async start(...options: readonly string[]): Promise<RunningApp> {
    const home = newHome('e2e');
    const { command, address } = await startCommand(home, ['--port', '0', ...options]);
    return new RunningApp(home, command, address);
  }

  /** Opens the page with the one-time address; later pages of the same browser come in with their own secret. */
  async open(page: Page): Promise<void> {
    await page.goto(this.#address);
  }

  /** Opens a route of an already known browser. */
  async visit(page: Page, route: string): Promise<void> {
    await page.goto(`${new URL(this.#address).origin}/#${route}`);
  }

  /** Waits until a model is in memory. */
  async loaded(digest: string): Promise<void> {
    const state = async () => {
      const { models } = await callEngine(this.home, 'snapshot', {});
      return models.find((model) => model.digest === digest)?.state;
    };
    await expect.poll(state).toBe('ready');
  }

  /** Kills the engine without any warning. Its children end by themselves. */
  async kill(): Promise<void> {
    const pid = enginePid(this.home);
    process.kill(pid, 'SIGKILL');
    this.#command.signal('SIGKILL');
    await this.#command.ended;
    await expect.poll(() => isAlive(pid)).toBe(false);
  }

  /** Starts it again with the same data; the port stays the one of the last run. */
  async startAgain(): Promise<void> {
    const { command, address } = await startCommand(this.home, []);
    this.#command = command;
    this.#address = address;
  }

  async stop(): Promise<void> {
    await this.#command.stop();
    removeHome(this.home);
  }
}

async function startCommand(
  home: string,
  more: readonly string[],
): Promise<{ command: RunningCommand; address: string }> {
  const command = new RunningCommand(['start', '--headless', '--json', '--home', home, ...more]);
  const ready = await command.event('ready');
  return { command, address: String(ready['ui']) };
}

/** What a browser remembers of an app it was let into. */
interface KnownBrowser {
  readonly origin: string;
  readonly entries: readonly (readonly [string, string])[];
}

interface SharedApp {
  readonly app: RunningApp;
  readonly browser: KnownBrowser;
}

interface AppFixtures {
  /** An app without a swarm: the first start of a person. */
  readonly freshApp: RunningApp;
  /** The app that all tests of a worker share, in its private swarm and past the first questions, open in `page`. */
  readonly app: RunningApp;
}

interface WorkerFixtures {
  readonly sharedApp: SharedApp;
}

export const test = base.extend<AppFixtures, WorkerFixtures>({
  freshApp: async ({ browserName: _browserName }, provide) => {
    const app = await RunningApp.start();
    await provide(app);
    await app.stop();
  },
  sharedApp: [
    async ({ browser }, provide) => {
      const app = await RunningApp.start('--private-swarm');
      const context = await browser.newContext();
      const page = await context.newPage();
      await app.open(page);
      await pastFirstQuestions(page);
      const { origins } = await context.storageState();
      await context.close();
      const [known] = origins;
      const entries = (known?.localStorage ?? []).map(({ name, value }) => [name, value] as const);
      await provide({ app, browser: { origin: known?.origin ?? '', entries } });
      await app.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  app: async ({ page, sharedApp }, provide) => {
    const { app, browser } = sharedApp;
    await page.addInitScript(remember, browser);
    await app.visit(page, '/');
    await expect(page.getByRole('link', { name: /\d ms$/ })).toBeVisible();
    await provide(app);
  },
});

/** Runs in the page before anything else: the browser is known here already. */
function remember({ origin, entries }: KnownBrowser): void {
  if (location.origin !== origin) return;
  for (const [name, value] of entries) if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
}

/** Skips the first questions where they are asked, and waits until the swarm is there. */
export async function pastFirstQuestions(page: Page): Promise<void> {
  const skip = page.getByRole('button', { name: 'Skip', exact: true });
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(skip.or(pages)).toBeVisible();
  if (await skip.isVisible()) await skip.click();
  await expect(pages).toBeVisible();
  await expect(page.getByRole('link', { name: /\d ms$/ })).toBeVisible();
}

export { expect } from '@playwright/test';

/** Submits a prompt on the Submit page as a person does, with the keyboard. */
export async function runPrompt(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await expect(page.getByText(/^About .* credits/)).toBeVisible();
  await page.keyboard.press('Control+Enter');
}

/** The panel of the answer on the Submit page. */
export function answerPanel(page: Page) {
  return page.getByRole('region', { name: 'Answer' });
}

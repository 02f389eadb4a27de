import path from 'node:path';
import { newHome, openSwarm, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';
import { untilWelcomed } from '#test/helpers/callEngine.ts';
import { linesOf, type Line } from './scriptLines.ts';

export const sides = ['asks', 'works'] as const;
type Side = (typeof sides)[number];

/** Two engines with data folders of their own on one coordinator. */
export class TwoEngines {
  readonly #name: string;
  #options: readonly string[] = [];
  folder = '';
  readonly running: RunningCommand[] = [];
  address = '';

  constructor(name: string) {
    this.#name = name;
  }

  get data(): string {
    return path.join(this.folder, 'coordinator');
  }

  async start(...options: string[]): Promise<void> {
    this.folder = newHome(this.#name);
    this.#options = options;
    const { url, invite } = await this.#serve('0');
    this.address = String(invite ?? url);
    const engine = (side: Side): Promise<RunningCommand> =>
      this.#begin(['start', '--headless', '--home', this.home(side), '--port', '0', '--coordinator', this.address]);
    await Promise.all(sides.map(engine));
  }

  /** Stops the coordinator, lets something happen to its folder, and starts it where it was. */
  async restartCoordinator(between: () => Promise<void>): Promise<void> {
    await this.running[0]?.stop();
    await between();
    await this.#serve(new URL(this.address).port);
    const [restarted] = this.running.splice(-1);
    if (restarted !== undefined) this.running[0] = restarted;
  }

  home(side: Side): string {
    return path.join(this.folder, side);
  }

  ask(side: Side): (...args: string[]) => Promise<Line[]> {
    return (...args) => linesOf(['--home', this.home(side), '--json'], args);
  }

  async welcomed(): Promise<void> {
    await Promise.all(sides.map((side) => untilWelcomed(this.home(side))));
  }

  async verify(): Promise<Line> {
    return (await openSwarm(['coordinator', 'verify', '--data', this.data, '--json'])).lines.at(-1) ?? {};
  }

  async stop(): Promise<void> {
    for (const command of this.running.toReversed()) await command.stop();
    removeHome(this.folder);
  }

  async #serve(port: string): Promise<Line> {
    const coordinator = await this.#begin(['coordinator', '--data', this.data, '--port', port, ...this.#options]);
    return coordinator.event('ready');
  }

  async #begin(args: readonly string[]): Promise<RunningCommand> {
    const command = new RunningCommand([...args, '--json']);
    this.running.push(command);
    await command.event('ready');
    return command;
  }
}

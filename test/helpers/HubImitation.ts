import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local imitation of a hub: it answers what a test says, and remembers what it was asked. */
export class HubImitation {
  readonly requests: IncomingMessage[] = [];
  /** How it answers; a test sets it. */
  answer: RequestListener = (_request, response) => void response.writeHead(404).end();
  readonly #server: Server = createServer((request, response) => {
    this.requests.push(request);
    this.answer(request, response);
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers every request with a list of a repository. */
  lists(entries: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.answer = (_request, response) => void response.writeHead(200, headers).end(JSON.stringify(entries));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

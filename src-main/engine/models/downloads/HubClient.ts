import http from 'node:http';
import https from 'node:https';
import type { Clock } from '#shared/util/clock.ts';
import { DownloadError } from './DownloadError.ts';

export interface HubClientOptions {
  readonly clock: Clock;
  /** Environment with the proxy's variables; Node reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Access token and the only origin that it is ever sent to; null when there is none. */
  readonly token: () => { readonly origin: string; readonly value: string } | null;
  /** A connection without a byte for so long is given up. */
  readonly stallMs: number;
}

/** An answer whose body was not read yet. */
export interface HubAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Headers of the first answer of the asked origin; differs from `headers` after a redirect. */
  readonly firstHeaders: http.IncomingHttpHeaders;
  /** Where the body really came from. */
  readonly address: string;
  /** Pieces of the body. Rejects with a passing {@link DownloadError}. */
  readonly body: AsyncIterable<Buffer>;
  /** Drops the connection. */
  readonly drop: () => void;
}

export interface HubRequest {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const mostRedirects = 10;

/**
 * GETs files. Redirects are followed here, so that the access token goes to its own origin and to no other, and a safe
 * address never leads to an unsafe one.
 */
export class HubClient {
  readonly #options: HubClientOptions;
  readonly #plain: http.Agent;
  readonly #safe: https.Agent;

  constructor(options: HubClientOptions) {
    this.#options = options;
    const agent = { keepAlive: true, maxSockets: 32, proxyEnv: { ...options.env } };
    this.#plain = new http.Agent(agent);
    this.#safe = new https.Agent(agent);
  }

  /** Rejects with a {@link DownloadError}, or with the signal's reason. */
  async get(request: HubRequest): Promise<HubAnswer> {
    let address = new URL(request.address);
    let firstHeaders: http.IncomingHttpHeaders | null = null;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const answer = await this.#ask(address, request);
      const status = answer.statusCode ?? 0;
      firstHeaders ??= answer.headers;
      const { location } = answer.headers;
      if (status < 300 || status > 399 || location === undefined) {
        return {
          status,
          headers: answer.headers,
          firstHeaders,
          address: address.href,
          body: this.#read(answer, request.signal),
          drop: () => answer.destroy(),
        };
      }
      answer.destroy();
      address = redirected(address, location);
      // The model may have moved on the hub: the answer that knows the file is the last one of the hub itself.
      if (address.origin === new URL(request.address).origin) firstHeaders = null;
    }
    throw new DownloadError('unsafe_redirect', 'The address leads in circles.');
  }

  /** Ends idle connections. */
  close(): void {
    this.#plain.destroy();
    this.#safe.destroy();
  }

  #ask(address: URL, { headers, signal }: HubRequest): Promise<http.IncomingMessage> {
    const token = this.#options.token();
    const isSafe = address.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const options = {
        agent: isSafe ? this.#safe : this.#plain,
        signal,
        headers: {
          'user-agent': 'open-swarm',
          'accept-encoding': 'identity',
          ...headers,
          ...(token?.origin === address.origin ? { authorization: `Bearer ${token.value}` } : {}),
        },
      };
      const asked = isSafe ? https.get(address, options, resolve) : http.get(address, options, resolve);
      const timer = this.#options.clock.setTimer(this.#options.stallMs, () =>
        asked.destroy(new DownloadError('stalled', `${address.host} does not answer.`, { passing: true })),
      );
      asked.on('response', () => timer.cancel());
      asked.on('error', (error) => {
        timer.cancel();
        reject(signal.aborted ? signal.reason : networkError(error, address.host));
      });
    });
  }

  async *#read(answer: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { clock, stallMs } = this.#options;
    const stalled = (): void => {
      answer.destroy(new DownloadError('stalled', 'The server fell silent.', { passing: true }));
    };
    let timer = clock.setTimer(stallMs, stalled);
    try {
      for await (const piece of answer) {
        timer.cancel();
        yield piece as Buffer;
        timer = clock.setTimer(stallMs, stalled);
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : networkError(error, answer.headers.host ?? 'the server');
    } finally {
      timer.cancel();
      answer.destroy();
    }
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) {
    throw new DownloadError('unsafe_redirect', 'The server redirects to something that is no web address.');
  }
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new DownloadError('unsafe_redirect', `${from.host} redirects to a connection that is not encrypted.`);
  }
  return to;
}

function networkError(thrown: unknown, host: string): unknown {
  if (thrown instanceof DownloadError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DownloadError('network', `The connection to ${host} broke: ${message}`, { passing: true, cause: thrown });
}

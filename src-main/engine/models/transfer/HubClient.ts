import http from 'node:http';
import https from 'node:https';
import type { Clock } from '#shared/util/clock.ts';
import { DownloadError } from './DownloadError.ts';

export interface HubClientOptions {
  readonly clock: Clock;
  /** Environment from which Node reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Access token and the only origin it is sent to; null when there is none. */
  readonly token: () => { readonly origin: string; readonly value: string } | null;
  /** A connection that is silent for this long is closed, in milliseconds. */
  readonly stallMs: number;
}

/** A response whose body has not been read yet. */
export interface HubAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Headers of the requested origin's own response; differs from `headers` after a redirect to another origin. */
  readonly firstHeaders: http.IncomingHttpHeaders;
  /** Address of the body, after redirects. */
  readonly address: string;
  /** The body in pieces. Rejects with a passing {@link DownloadError}. */
  readonly body: AsyncIterable<Buffer>;
  /** Closes the connection. */
  readonly drop: () => void;
}

export interface HubRequest {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const maxRedirects = 10;

/**
 * Sends GET requests and follows redirects itself, so that the access token only goes to its own origin and an
 * encrypted address never redirects to an unencrypted one.
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

  /** Resolves once the headers have arrived. Rejects with a {@link DownloadError} or the signal's reason. */
  async get(request: HubRequest): Promise<HubAnswer> {
    let address = new URL(request.address);
    let firstHeaders: http.IncomingHttpHeaders | null = null;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const answer = await this.#request(address, request);
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
      // The repository may have moved within the hub: the hub's last own response describes the file.
      if (address.origin === new URL(request.address).origin) firstHeaders = null;
    }
    throw new DownloadError('unsafe_redirect', 'The address redirects in circles.');
  }

  /** Closes idle connections. */
  close(): void {
    this.#plain.destroy();
    this.#safe.destroy();
  }

  #request(address: URL, { headers, signal }: HubRequest): Promise<http.IncomingMessage> {
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
      const request = isSafe ? https.get(address, options, resolve) : http.get(address, options, resolve);
      const timer = this.#options.clock.setTimer(this.#options.stallMs, () =>
        request.destroy(new DownloadError('stalled', `${address.host} does not respond.`, { passing: true })),
      );
      request.on('response', () => timer.cancel());
      request.on('error', (error) => {
        timer.cancel();
        reject(signal.aborted ? signal.reason : networkError(error, address.host));
      });
    });
  }

  async *#read(answer: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { clock, stallMs } = this.#options;
    const stalled = (): void => {
      answer.destroy(new DownloadError('stalled', 'The server stopped sending data.', { passing: true }));
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
    throw new DownloadError('unsafe_redirect', 'The server redirects to an invalid web address.');
  }
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new DownloadError('unsafe_redirect', `${from.host} redirects to an unencrypted connection.`);
  }
  return to;
}

function networkError(thrown: unknown, host: string): unknown {
  if (thrown instanceof DownloadError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DownloadError('network', `The connection to ${host} failed: ${message}`, { passing: true, cause: thrown });
}

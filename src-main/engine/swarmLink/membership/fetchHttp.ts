import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Http } from '#engine/ports/Http.ts';

/** The largest body that is read, in bytes, and the longest call, in milliseconds. */
const limits = { bytes: 1024 * 1024, millis: 15_000 } as const;

/** HTTP by Node's own fetch. No redirects: an enrolment goes to the address that was named or nowhere. */
export const fetchHttp: Http = {
  async post(url, body) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(limits.millis),
      });
      return { status: response.status, body: parseJson(await readLimited(response)) };
    } catch (error) {
      if (error instanceof SwarmError) throw error;
      throw new SwarmError('not_connected', `There is no answer from ${new URL(url).origin}.`, { cause: error });
    }
  },
};

async function readLimited(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > limits.bytes) throw new SwarmError('message_too_large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

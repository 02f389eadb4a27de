import { appendFile, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { RemoteIdentity } from './RemoteFile.ts';

const Header = z.object({
  version: z.literal(1),
  identity: RemoteIdentity,
  chunkBytes: z
    .int()
    .min(1024)
    .max(4 * 2 ** 20),
});
export type JournalHeader = z.infer<typeof Header>;

/** What a journal says: the file it belongs to, and the digest of each chunk that was written, by its index. */
export interface JournalContent {
  readonly header: JournalHeader;
  readonly digests: ReadonlyMap<number, string>;
  /** Chunks of which only the first bytes were written when a session was stopped. */
  readonly begun: ReadonlyMap<number, BegunChunk>;
}

/** The first bytes of a chunk, and their digest. */
export interface BegunChunk {
  readonly filled: number;
  readonly digest: string;
}

/** Bytes that are here by what a journal says. */
export function journalledBytes({ header, digests, begun }: JournalContent): number {
  const { chunkBytes, identity } = header;
  const lengthOf = (index: number): number =>
    Math.max(0, Math.min((index + 1) * chunkBytes, identity.totalBytes) - index * chunkBytes);
  const whole = [...digests.keys()].reduce((sum, index) => sum + lengthOf(index), 0);
  return [...begun].reduce((sum, [index, { filled }]) => sum + (digests.has(index) ? 0 : filled), whole);
}

const mostBytes = 64 * 2 ** 20;

/**
 * Which chunks of a file are on disk, with their digests: a line per chunk, appended once its bytes were written. It is
 * never trusted: after a kill, a power cut or a bad disk the chunks are read again and compared, so neither the data
 * nor the journal needs a sync on the way. A line that was cut off counts as missing.
 */
export class ChunkJournal {
  readonly #file: string;
  #handle: FileHandle | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Null when there is none, or when it cannot be understood. */
  async read(): Promise<JournalContent | null> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text === '' || text.length > mostBytes) return null;
    const [first = '', ...lines] = text.split('\n');
    const header = Header.safeParse(parseJson(first));
    if (!header.success) return null;
    // The last part is what stands behind the last line break: nothing, or a line that was cut off.
    const whole = lines.slice(0, -1);
    const digests = new Map(whole.flatMap((line) => parseLine(line)));
    return { header: header.data, digests, begun: new Map(whole.flatMap((line) => parseBegun(line))) };
  }

  /** Begins anew with what is known to be right, replacing what was there. */
  async begin({ header, digests }: Pick<JournalContent, 'header' | 'digests'>): Promise<void> {
    await this.close();
    const unfinished = `${this.#file}.new`;
    const lines = [JSON.stringify(header), ...[...digests].map(([index, digest]) => `${index} ${digest}`)];
    await rm(unfinished, { force: true });
    await appendFile(unfinished, `${lines.join('\n')}\n`, { mode: 0o600 });
    await rename(unfinished, this.#file);
    this.#handle = await open(this.#file, 'a');
  }

  /** The bytes of a chunk were written. */
  async add(index: number, digest: string): Promise<void> {
    await this.#handle?.write(`${index} ${digest}\n`);
  }

  /** The first bytes of a chunk were written, and no more will be now. */
  async addBegun(index: number, { filled, digest }: BegunChunk): Promise<void> {
    await this.#handle?.write(`${index}+${filled} ${digest}\n`);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#file, { force: true });
  }
}

function parseLine(line: string): [number, string][] {
  const match = /^(\d{1,9}) ([0-9a-f]{64})$/.exec(line);
  return match === null ? [] : [[Number(match[1]), ModelDigest.parse(match[2])]];
}

function parseBegun(line: string): [number, BegunChunk][] {
  const match = /^(\d{1,9})\+(\d{1,9}) ([0-9a-f]{64})$/.exec(line);
  if (match === null) return [];
  return [[Number(match[1]), { filled: Number(match[2]), digest: ModelDigest.parse(match[3]) }]];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

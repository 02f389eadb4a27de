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

/** Content of a journal: the file it belongs to, and the digest of each written chunk by its index. */
export interface JournalContent {
  readonly header: JournalHeader;
  readonly digests: ReadonlyMap<number, string>;
  /** Chunks that were only partly written when a session stopped. */
  readonly partial: ReadonlyMap<number, PartialChunk>;
}

/** The length and digest of the written beginning of a chunk. */
export interface PartialChunk {
  readonly filled: number;
  readonly digest: string;
}

/** Bytes on disk according to a journal. */
export function journalledBytes({ header, digests, partial }: JournalContent): number {
  const { chunkBytes, identity } = header;
  const lengthOf = (index: number): number =>
    Math.max(0, Math.min((index + 1) * chunkBytes, identity.totalBytes) - index * chunkBytes);
  const whole = [...digests.keys()].reduce((sum, index) => sum + lengthOf(index), 0);
  return [...partial].reduce((sum, [index, { filled }]) => sum + (digests.has(index) ? 0 : filled), whole);
}

const maxBytes = 64 * 2 ** 20;

/**
 * Records which chunks of a file are on disk, with their digests: one line per chunk, appended after its bytes were
 * written. The journal is never trusted: on resumption the chunks are read again and compared, so that neither data nor
 * journal needs a sync meanwhile. An incomplete line is ignored.
 */
export class ChunkJournal {
  readonly #file: string;
  #handle: FileHandle | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** The journal's content; null when there is none, or when it is invalid. */
  async read(): Promise<JournalContent | null> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text === '' || text.length > maxBytes) return null;
    const [first = '', ...lines] = text.split('\n');
    const header = Header.safeParse(parseJson(first));
    if (!header.success) return null;
    // Whatever follows the last line break is an incomplete line.
    const whole = lines.slice(0, -1);
    const digests = new Map(whole.flatMap((line) => parseLine(line)));
    return { header: header.data, digests, partial: new Map(whole.flatMap((line) => parsePartial(line))) };
  }

  /** Starts a new journal with verified chunks, replacing the old one. */
  async restart({ header, digests }: Pick<JournalContent, 'header' | 'digests'>): Promise<void> {
    await this.close();
    const unfinished = `${this.#file}.new`;
    const lines = [JSON.stringify(header), ...[...digests].map(([index, digest]) => `${index} ${digest}`)];
    await rm(unfinished, { force: true });
    await appendFile(unfinished, `${lines.join('\n')}\n`, { mode: 0o600 });
    await rename(unfinished, this.#file);
    this.#handle = await open(this.#file, 'a');
  }

  /** Records a chunk whose bytes were written. */
  async add(index: number, digest: string): Promise<void> {
    await this.#handle?.write(`${index} ${digest}\n`);
  }

  /** Records the beginning of a chunk, when a session stops. */
  async addPartial(index: number, { filled, digest }: PartialChunk): Promise<void> {
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

function parsePartial(line: string): [number, PartialChunk][] {
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

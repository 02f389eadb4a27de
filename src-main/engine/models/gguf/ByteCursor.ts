import { ModelFileError } from './ModelFileError.ts';

/** A source of bytes with random access: a file handle or a remote file. */
export interface ByteSource {
  /** Reads into the buffer from a position of the source; fewer bytes only at its end. */
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

const blockBytes = 1 << 18;

/**
 * Reads little-endian values sequentially, at most `limit` bytes in all. No length claimed by the file is allocated
 * before it was compared with the remaining bytes.
 */
export class ByteCursor {
  readonly #file: ByteSource;
  readonly #limit: number;
  readonly #block = Buffer.alloc(blockBytes);
  #blockStart = 0;
  #blockLength = 0;
  #position = 0;

  /** `limit` must not exceed the size of the source. */
  constructor(file: ByteSource, limit: number) {
    this.#file = file;
    this.#limit = limit;
  }

  get position(): number {
    return this.#position;
  }

  async u8(): Promise<number> {
    const at = await this.#need(1);
    return this.#block.readUInt8(at);
  }

  async u32(): Promise<number> {
    const at = await this.#need(4);
    return this.#block.readUInt32LE(at);
  }

  async f32(): Promise<number> {
    const at = await this.#need(4);
    return this.#block.readFloatLE(at);
  }

  async f64(): Promise<number> {
    const at = await this.#need(8);
    return this.#block.readDoubleLE(at);
  }

  async i64(): Promise<bigint> {
    const at = await this.#need(8);
    return this.#block.readBigInt64LE(at);
  }

  /** An unsigned 64-bit number that must be a safe integer; `what` names it in the error. */
  async size(what: string): Promise<number> {
    const at = await this.#need(8);
    const value = this.#block.readBigUInt64LE(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ModelFileError('damaged', `${what} is invalid.`);
    return Number(value);
  }

  /** UTF-8 text of a given length, at most 64 KiB. */
  async text(length: number): Promise<string> {
    if (length > 65_536) throw new ModelFileError('damaged', `A text has ${length} bytes.`);
    const at = await this.#need(length);
    return this.#block.toString('utf8', at, at + length);
  }

  skip(bytes: number): void {
    if (bytes > this.#limit - this.#position) throw new ModelFileError('damaged', 'The header extends beyond the end.');
    this.#position += bytes;
  }

  /** Loads the next bytes if needed and moves past them; returns their offset in the block. */
  async #need(bytes: number): Promise<number> {
    if (bytes > this.#limit - this.#position) throw new ModelFileError('damaged', 'The header extends beyond the end.');
    if (this.#position < this.#blockStart || this.#position + bytes > this.#blockStart + this.#blockLength) {
      await this.#load(bytes);
    }
    const at = this.#position - this.#blockStart;
    this.#position += bytes;
    return at;
  }

  async #load(bytes: number): Promise<void> {
    const { bytesRead } = await this.#file.read(this.#block, 0, blockBytes, this.#position);
    if (bytesRead < bytes) throw new ModelFileError('damaged', 'The file ends within its header.');
    this.#blockStart = this.#position;
    this.#blockLength = bytesRead;
  }
}

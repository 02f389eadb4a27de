import { Download, type DownloadProblemCode, type StoredFile } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { DownloadError } from './DownloadError.ts';
import type { Arrived, DownloadFolder, DownloadRecord } from './DownloadRecord.ts';
import { RunningDownload } from './RunningDownload.ts';

/** How a download ended. */
export type DownloadOutcome =
  | { readonly kind: 'installed'; readonly file: StoredFile }
  | { readonly kind: 'failed'; readonly code: DownloadProblemCode; readonly message: string };

/** What the runner of one download tells on the way. */
export interface RunHooks {
  readonly onPhase: (phase: 'connecting' | 'downloading' | 'checking') => void;
  readonly onProgress: (bytes: number, total: number) => void;
}

export interface DownloadQueueOptions {
  readonly folder: DownloadFolder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fetches, checks and installs one file. Rejects with a DownloadError, or with the signal's reason. */
  readonly run: (record: DownloadRecord, hooks: RunHooks, signal: AbortSignal) => Promise<StoredFile>;
  /** Why nothing may be fetched now, as a sentence; null when it may. */
  readonly held: () => string | null;
  /** Something that `list()` tells changed; at most four times a second for mere progress. */
  readonly onChange: () => void;
}

/** Downloads at once; more only share the same line. */
const atOnce = 2;
const tellEveryMs = 250;

/** All downloads of one data folder: in order, remembered through every end of the program. */
export class DownloadQueue {
  readonly #options: DownloadQueueOptions;
  readonly #records = new Map<string, DownloadRecord>();
  readonly #running = new Map<string, RunningDownload>();
  /** What is here of those that do not run. */
  readonly #arrived = new Map<string, Arrived>();
  /** Cancels that are not over. */
  readonly #cancels = new Map<string, Promise<void>>();
  /** How downloads that left the list ended. */
  readonly #outcomes = new Map<string, DownloadOutcome>();
  readonly #waiting = new Map<string, Set<(outcome: DownloadOutcome) => void>>();
  #started = false;
  #tellTimer: Timer | null = null;

  constructor(options: DownloadQueueOptions) {
    this.#options = options;
  }

  /** Reads what earlier runs of the program left. */
  async open(): Promise<void> {
    for (const record of await this.#options.folder.list()) {
      this.#records.set(record.downloadId, record);
      await this.#noteArrived(record.downloadId);
    }
  }

  /** Goes on with what was under way. */
  start(): void {
    this.#started = true;
    this.#pump();
  }

  /** Adds a download, or goes on with the one of the same id; it runs also without `start`. */
  async add(wanted: DownloadRecord): Promise<void> {
    // What a cancel still deletes must not be that of the new one.
    await this.#cancels.get(wanted.downloadId);
    const known = this.#records.get(wanted.downloadId);
    const record = { ...wanted, addedAt: known?.addedAt ?? wanted.addedAt };
    this.#outcomes.delete(wanted.downloadId);
    this.#keep(record);
    this.#pump(record.downloadId);
  }

  /** What is told to those who wait for a file that is here already. */
  addFinished(downloadId: string, file: StoredFile): void {
    this.#outcomes.set(downloadId, { kind: 'installed', file });
  }

  /** Whether a file of this digest is on its way. */
  brings(digest: string): boolean {
    return [...this.#records.values()].some(({ sha256 }) => sha256 === digest);
  }

  async pause(downloadId: string): Promise<void> {
    this.#keep({ ...this.#find(downloadId), wish: 'paused', problem: null });
    await this.#running.get(downloadId)?.stop();
    this.#tell();
  }

  resume(downloadId: string): void {
    this.#keep({ ...this.#find(downloadId), wish: 'run', problem: null });
    this.#pump(downloadId);
  }

  /** Ends it and deletes what arrived; gives the digest that it would have brought, where that is known. */
  async cancel(downloadId: string): Promise<string | null> {
    const { sha256 } = this.#find(downloadId);
    this.#records.delete(downloadId);
    const cancel = this.#takeAway(downloadId);
    const over = cancel.catch(() => {});
    this.#cancels.set(downloadId, over);
    try {
      await cancel;
    } finally {
      this.#cancels.delete(downloadId);
    }
    this.#pump();
    return sha256;
  }

  async #takeAway(downloadId: string): Promise<void> {
    await this.#running.get(downloadId)?.stop();
    await this.#options.folder.remove(downloadId, { bytes: true });
    this.#end(downloadId, { kind: 'failed', code: 'cancelled', message: 'The download was cancelled.' });
  }

  /** How it ends; null when it did not within the time. Rejects with `not_found`. */
  async wait(downloadId: string, withinMs: number): Promise<DownloadOutcome | null> {
    const outcome = this.#outcomes.get(downloadId);
    if (outcome !== undefined) return outcome;
    const { problem } = this.#find(downloadId);
    if (problem !== null) return { kind: 'failed', ...problem };
    const { promise, resolve } = Promise.withResolvers<DownloadOutcome | null>();
    const waiting = this.#waiting.get(downloadId) ?? new Set();
    this.#waiting.set(downloadId, waiting.add(resolve));
    const timer = this.#options.clock.setTimer(withinMs, () => resolve(null));
    const ended = await promise;
    timer.cancel();
    waiting.delete(resolve);
    return ended;
  }

  /** What cannot be told is left out, rather than that nothing could be told at all. */
  list(): readonly Download[] {
    const held = this.#options.held();
    return [...this.#records.values()].flatMap((record) => {
      const view = Download.safeParse(this.#view(record, held));
      if (view.success) return [view.data];
      this.#options.logger.error('A download cannot be shown.', { reason: view.error.message.slice(0, 300) });
      return [];
    });
  }

  /** Whether something may be fetched has changed. */
  async review(): Promise<void> {
    if (this.#options.held() !== null) await Promise.all([...this.#running.values()].map((one) => one.stop()));
    this.#pump();
  }

  /** Ends what runs; it goes on at the next start. */
  async close(): Promise<void> {
    this.#started = false;
    this.#tellTimer?.cancel();
    await Promise.all([...this.#running.values()].map((one) => one.stop()));
  }

  async #noteArrived(downloadId: string): Promise<void> {
    this.#arrived.set(downloadId, await this.#options.folder.arrived(downloadId));
  }

  /** Begins what may run. `asked`: this one even when the queue was not started. */
  #pump(asked?: string): void {
    for (const record of this.#records.values()) {
      const { downloadId, wish, problem } = record;
      const isWanted = this.#started || downloadId === asked;
      const isHeld = record.from.kind === 'web' && this.#options.held() !== null;
      if (this.#running.size >= atOnce || !isWanted || isHeld) continue;
      if (wish === 'run' && problem === null && !this.#running.has(downloadId)) this.#begin(record);
    }
    this.#tell();
  }

  #begin(record: DownloadRecord): void {
    const { downloadId } = record;
    const running = new RunningDownload(this.#options.clock, () => this.#tellSoon());
    this.#running.set(downloadId, running);
    void running
      .run((hooks, signal) => this.#options.run(record, hooks, signal))
      .then(async (file) => {
        this.#records.delete(downloadId);
        await this.#options.folder.remove(downloadId, { bytes: true });
        this.#end(downloadId, { kind: 'installed', file });
      })
      .catch(async (error: unknown) => {
        await this.#noteArrived(downloadId);
        if (!running.isStopped) this.#fail(downloadId, error);
      })
      .finally(() => {
        running.finish();
        this.#running.delete(downloadId);
        this.#pump(this.#records.get(downloadId)?.wish === 'run' && !running.isStopped ? downloadId : undefined);
      });
  }

  #fail(downloadId: string, error: unknown): void {
    const known = error instanceof DownloadError || error instanceof SwarmError;
    const code = error instanceof DownloadError ? error.code : 'storage_failed';
    const message = known ? error.message.slice(0, 500) : 'The file could not be stored.';
    this.#options.logger.warn('A download ended before its time.', { downloadId, code, reason: String(error) });
    const record = this.#records.get(downloadId);
    if (record !== undefined) this.#keep({ ...record, problem: { code, message } });
    this.#answer(downloadId, { kind: 'failed', code, message });
  }

  #end(downloadId: string, outcome: DownloadOutcome): void {
    this.#outcomes.set(downloadId, outcome);
    this.#arrived.delete(downloadId);
    this.#answer(downloadId, outcome);
    this.#tell();
  }

  #answer(downloadId: string, outcome: DownloadOutcome): void {
    for (const resolve of this.#waiting.get(downloadId) ?? []) resolve(outcome);
    this.#waiting.delete(downloadId);
  }

  #keep(record: DownloadRecord): void {
    this.#records.set(record.downloadId, record);
    try {
      this.#options.folder.save(record);
    } catch (error) {
      // It still runs; only the next start will not know of it.
      this.#options.logger.warn('A download could not be noted down.', { reason: String(error) });
    }
  }

  #find(downloadId: string): DownloadRecord {
    const record = this.#records.get(downloadId);
    if (record === undefined) throw new SwarmError('not_found', 'There is no such download.', { field: 'downloadId' });
    return record;
  }

  #view(record: DownloadRecord, held: string | null): Download {
    const { downloadId, name, catalogueId, from, wish, problem, sizeBytes } = record;
    const running = this.#running.get(downloadId);
    // What a run has not looked at yet is what was there when it began.
    const here = running === undefined || running.total === null ? this.#arrived.get(downloadId) : running;
    const isHeld = held !== null && from.kind === 'web' && wish === 'run' && problem === null;
    return {
      downloadId,
      name,
      catalogueId,
      address: from.kind === 'web' ? from.address : from.path.slice(0, 2000),
      state: problem === null ? (running?.phase ?? (wish === 'paused' ? 'paused' : 'waiting')) : 'failed',
      bytes: here?.bytes ?? 0,
      total: here?.total ?? sizeBytes,
      bytesPerSecond: running?.bytesPerSecond ?? 0,
      secondsLeft: running?.secondsLeft ?? null,
      problem: isHeld ? { code: 'held', message: held } : problem,
    };
  }

  #tell(): void {
    this.#tellTimer?.cancel();
    this.#tellTimer = null;
    this.#options.onChange();
  }

  #tellSoon(): void {
    this.#tellTimer ??= this.#options.clock.setTimer(tellEveryMs, () => this.#tell());
  }
}

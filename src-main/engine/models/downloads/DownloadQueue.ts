import { Download, type DownloadProblemCode, type StoredFile } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { DownloadError } from '../transfer/DownloadError.ts';
import type { Arrived, DownloadFolder } from './DownloadFolder.ts';
import type { DownloadRecord } from './DownloadRecord.ts';
import { type RunHooks, RunningDownload } from './RunningDownload.ts';

/** How a download ended. */
export type DownloadOutcome =
  | { readonly kind: 'installed'; readonly file: StoredFile }
  | { readonly kind: 'failed'; readonly code: DownloadProblemCode; readonly message: string };

export interface DownloadQueueOptions {
  readonly folder: DownloadFolder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Downloads, verifies and installs one file. Rejects with a DownloadError or the signal's reason. */
  readonly run: (record: DownloadRecord, hooks: RunHooks, signal: AbortSignal) => Promise<StoredFile>;
  /** Why downloads from the web must wait, as a sentence; null when they may run. */
  readonly held: () => string | null;
  /** `list()` has changed; called at most four times a second for mere progress. */
  readonly onChange: () => void;
}

/** Concurrent downloads; more would only share the same connection. */
const maxRunning = 2;
const progressIntervalMs = 250;

/** The downloads of a data folder, in order. They are stored and resume after a restart. */
export class DownloadQueue {
  readonly #options: DownloadQueueOptions;
  readonly #records = new Map<string, DownloadRecord>();
  readonly #running = new Map<string, RunningDownload>();
  /** Bytes on disk of the downloads that are not running. */
  readonly #arrived = new Map<string, Arrived>();
  /** Cancellations in progress. */
  readonly #cancels = new Map<string, Promise<void>>();
  /** Outcomes of downloads that are no longer listed. */
  readonly #outcomes = new Map<string, DownloadOutcome>();
  readonly #waiting = new Map<string, Set<(outcome: DownloadOutcome) => void>>();
  #started = false;
  #progressTimer: Timer | null = null;

  constructor(options: DownloadQueueOptions) {
    this.#options = options;
  }

  /** Reads the stored downloads. */
  async open(): Promise<void> {
    for (const record of await this.#options.folder.list()) {
      this.#records.set(record.downloadId, record);
      await this.#noteArrived(record.downloadId);
    }
  }

  /** Resumes unfinished downloads. */
  start(): void {
    this.#started = true;
    this.#startNext();
  }

  /** Adds a download, or resumes the one with the same id. It runs even if `start` was not called. */
  async add(requested: DownloadRecord): Promise<void> {
    // A cancellation in progress must not delete the files of the new download.
    await this.#cancels.get(requested.downloadId);
    const known = this.#records.get(requested.downloadId);
    const record = { ...requested, addedAt: known?.addedAt ?? requested.addedAt };
    this.#outcomes.delete(requested.downloadId);
    this.#save(record);
    this.#startNext(record.downloadId);
  }

  /** Records the outcome of a download that was not needed, because the file is installed already. */
  addFinished(downloadId: string, file: StoredFile): void {
    this.#outcomes.set(downloadId, { kind: 'installed', file });
  }

  /** Whether a file with this digest is being downloaded. */
  brings(digest: string): boolean {
    return [...this.#records.values()].some(({ sha256 }) => sha256 === digest);
  }

  async pause(downloadId: string): Promise<void> {
    this.#save({ ...this.#find(downloadId), wish: 'paused', problem: null });
    await this.#running.get(downloadId)?.stop();
    this.#announce();
  }

  resume(downloadId: string): void {
    this.#save({ ...this.#find(downloadId), wish: 'run', problem: null });
    this.#startNext(downloadId);
  }

  /** Ends a download and deletes its partial file. Returns its expected digest; null when unknown. */
  async cancel(downloadId: string): Promise<string | null> {
    const { sha256 } = this.#find(downloadId);
    this.#records.delete(downloadId);
    const cancel = this.#discard(downloadId);
    const over = cancel.catch(() => {});
    this.#cancels.set(downloadId, over);
    try {
      await cancel;
    } finally {
      this.#cancels.delete(downloadId);
    }
    this.#startNext();
    return sha256;
  }

  async #discard(downloadId: string): Promise<void> {
    await this.#running.get(downloadId)?.stop();
    await this.#options.folder.remove(downloadId, { bytes: true });
    this.#end(downloadId, { kind: 'failed', code: 'cancelled', message: 'The download was cancelled.' });
  }

  /** The outcome of a download; null when it takes longer than `withinMs`. Rejects with a SwarmError `not_found`. */
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

  /** All unfinished downloads. One that does not match the schema is left out, so that it does not hide the others. */
  list(): readonly Download[] {
    const held = this.#options.held();
    return [...this.#records.values()].flatMap((record) => {
      const view = Download.safeParse(this.#view(record, held));
      if (view.success) return [view.data];
      this.#options.logger.error('A download is not valid and is not listed.', {
        reason: view.error.message.slice(0, 300),
      });
      return [];
    });
  }

  /** Call when `held` may have changed. */
  async review(): Promise<void> {
    if (this.#options.held() !== null) await Promise.all([...this.#running.values()].map((one) => one.stop()));
    this.#startNext();
  }

  /** Stops running downloads; they resume at the next start. */
  async close(): Promise<void> {
    this.#started = false;
    this.#progressTimer?.cancel();
    await Promise.all([...this.#running.values()].map((one) => one.stop()));
  }

  async #noteArrived(downloadId: string): Promise<void> {
    this.#arrived.set(downloadId, await this.#options.folder.arrived(downloadId));
  }

  /** Starts the downloads that may run; `requested` even if the queue has not been started. */
  #startNext(requested?: string): void {
    for (const record of this.#records.values()) {
      const { downloadId, wish, problem } = record;
      const isWanted = this.#started || downloadId === requested;
      const isHeld = record.from.kind === 'web' && this.#options.held() !== null;
      if (this.#running.size >= maxRunning || !isWanted || isHeld) continue;
      if (wish === 'run' && problem === null && !this.#running.has(downloadId)) this.#run(record);
    }
    this.#announce();
  }

  #run(record: DownloadRecord): void {
    const { downloadId } = record;
    const running = new RunningDownload(this.#options.clock, () => this.#announceSoon());
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
        this.#startNext(this.#records.get(downloadId)?.wish === 'run' && !running.isStopped ? downloadId : undefined);
      });
  }

  #fail(downloadId: string, error: unknown): void {
    const known = error instanceof DownloadError || error instanceof SwarmError;
    const code = error instanceof DownloadError ? error.code : 'storage_failed';
    const message = known ? error.message.slice(0, 500) : 'The file could not be saved.';
    this.#options.logger.warn('A download failed.', { downloadId, code, reason: String(error) });
    const record = this.#records.get(downloadId);
    if (record !== undefined) this.#save({ ...record, problem: { code, message } });
    this.#resolveWaiting(downloadId, { kind: 'failed', code, message });
  }

  #end(downloadId: string, outcome: DownloadOutcome): void {
    this.#outcomes.set(downloadId, outcome);
    this.#arrived.delete(downloadId);
    this.#resolveWaiting(downloadId, outcome);
    this.#announce();
  }

  #resolveWaiting(downloadId: string, outcome: DownloadOutcome): void {
    for (const resolve of this.#waiting.get(downloadId) ?? []) resolve(outcome);
    this.#waiting.delete(downloadId);
  }

  #save(record: DownloadRecord): void {
    this.#records.set(record.downloadId, record);
    try {
      this.#options.folder.save(record);
    } catch (error) {
      // The download still runs, but will not resume after a restart.
      this.#options.logger.warn('The record of a download could not be saved.', { reason: String(error) });
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
    // Until a running download has checked its files, the bytes found before it started count.
    const present = running === undefined || running.total === null ? this.#arrived.get(downloadId) : running;
    const isHeld = held !== null && from.kind === 'web' && wish === 'run' && problem === null;
    return {
      downloadId,
      name,
      catalogueId,
      address: from.kind === 'web' ? from.address : from.path.slice(0, 2000),
      state: problem === null ? (running?.phase ?? (wish === 'paused' ? 'paused' : 'waiting')) : 'failed',
      bytes: present?.bytes ?? 0,
      total: present?.total ?? sizeBytes,
      bytesPerSecond: running?.bytesPerSecond ?? 0,
      secondsLeft: running?.secondsLeft ?? null,
      problem: isHeld ? { code: 'held', message: held } : problem,
    };
  }

  #announce(): void {
    this.#progressTimer?.cancel();
    this.#progressTimer = null;
    this.#options.onChange();
  }

  #announceSoon(): void {
    this.#progressTimer ??= this.#options.clock.setTimer(progressIntervalMs, () => this.#announce());
  }
}

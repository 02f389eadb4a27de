import { z } from 'zod';
import { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';
import { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { ChatMessage } from '#shared/domain/tasks/task.ts';

/**
 * What the Models page and `open-swarm models` can ask. Downloads are mirrored in the slice `downloads`; installed
 * models in the slice `models`.
 */

export const DownloadId = z.string().regex(/^[0-9a-z]{26}$/, 'must be the id of a download');

/** Why a download stands still or ended; the CLI prints the same codes. */
export const DownloadProblemCode = z.enum([
  /** No answer, a broken connection or silence, after all retries. Trying again goes on where it was. */
  'network',
  'stalled',
  /** The server answered with an error status; the message says which. */
  'server_refused',
  /** 401 or 403: the hub wants an access token, or the model's terms must be accepted on its page first. */
  'access_denied',
  'not_found',
  /** A page came instead of a file: the network wants a sign-in first. */
  'captive_portal',
  'not_gguf',
  /** The server claims a length that it does not keep, or another one than the catalogue. */
  'length_mismatch',
  /** The content is not what the digest says, also after every chunk was checked again. */
  'digest_mismatch',
  /** The remote file became another one while this download was not finished, and a digest pins the former. */
  'remote_changed',
  /** A redirect leads from a safe to an unsafe address, or nowhere. */
  'unsafe_redirect',
  'model_damaged',
  'storage_full',
  /** The disk budget for models is used up by models that are in use. */
  'budget_full',
  'storage_read_only',
  'storage_failed',
  'cancelled',
]);
export type DownloadProblemCode = z.infer<typeof DownloadProblemCode>;

/** One download as the page shows it. */
export const Download = z.object({
  downloadId: DownloadId,
  /** Name of the model, or the last part of the address. */
  name: z.string().max(200),
  /** Catalogue id of the file; null for an address that somebody typed. */
  catalogueId: z.string().max(100).nullable(),
  /** Where from; never with secrets. */
  address: z.string().max(2000),
  /**
   * `checking`: bytes that are here already, or the finished file, are being hashed. `waiting`: for its turn, or for a
   * link that is not metered. `failed` downloads go on with `downloads.resume`. Finished ones leave the list.
   */
  state: z.enum(['waiting', 'connecting', 'downloading', 'checking', 'paused', 'failed']),
  /** Bytes that are here and checked. */
  bytes: z.int().min(0),
  /** Null until the server told. */
  total: z.int().min(0).nullable(),
  bytesPerSecond: z.number().min(0),
  /** Seconds until it is done at this rate; null while unknown. */
  secondsLeft: z.number().min(0).nullable(),
  /** In `failed`, and in `waiting` with its reason: a sentence for people. */
  problem: z.object({ code: z.string().max(64), message: z.string().max(500) }).nullable(),
});
export type Download = z.infer<typeof Download>;

/** One file of a catalogue family, with what is true of it on this machine. */
export const CatalogueRow = z.object({
  file: CatalogueFile,
  /** Digest of the installed file; null when it is not installed. */
  installed: ModelDigest.nullable(),
  /** From the catalogue's own facts; `models.inspect` reads the header for an exact one. */
  verdict: FitVerdict,
});
export type CatalogueRow = z.infer<typeof CatalogueRow>;

/** A model that ships with the app: getting it fetches nothing. */
export const ShippedModel = CatalogueEntry.pick({
  id: true,
  name: true,
  purpose: true,
  types: true,
  languages: true,
  quantisation: true,
  sizeBytes: true,
  digest: true,
  licence: true,
}).extend({ installed: z.boolean(), verdict: FitVerdict });
export type ShippedModel = z.infer<typeof ShippedModel>;

/** What the header of a file says, before or after it was downloaded. */
export const ModelFacts = z.object({
  name: z.string().max(300),
  architecture: z.string().max(64),
  quantisation: z.string().max(32),
  licence: z.string().max(200),
  parameters: z.number().min(0),
  contextSize: z.int().min(0),
  vocabSize: z.int().min(0),
  layers: z.int().min(0),
  kvBytesPerToken: z.number().min(0),
  chatTemplate: z.boolean(),
  sizeBytes: z.number().min(0),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

/** A file of a family's repository on the hub, as the hub itself tells it. */
export const HubFile = z.object({
  path: z.string().max(200),
  /** Read from the name; null when it says nothing. */
  quantisation: z.string().max(32).nullable(),
  sizeBytes: z.int().min(1),
  digest: ModelDigest.nullable(),
  /** Commit that the list is of; null while the hub did not tell. */
  revision: CatalogueFile.shape.revision,
  /** True when the catalogue names the file itself. */
  known: z.boolean(),
  /** Where `models.pull` and `models.inspect` find it. */
  address: z.string().max(2000),
});
export type HubFile = z.infer<typeof HubFile>;

/** Files of a family that are told at most. */
export const mostHubFiles = 64;

/** Catalogue id, `https://` address of a GGUF file, or `hf:owner/repo/file.gguf[@revision]`. */
const Source = z.string().trim().min(1).max(2000);
const Nothing = z.object({});

/** Characters of a signed catalogue: it must fit one message. */
export const mostCatalogueText = 900_000;

const Rate = z.int().min(1024).max(1e12);

/** A file that lies in the store. */
export const StoredFile = z.object({ digest: ModelDigest, bytes: z.int().min(0), path: z.string().max(4096) });
export type StoredFile = z.infer<typeof StoredFile>;

export const modelCommands = {
  /**
   * Every family of the catalogue with its files, and what ships with the app: whether each is here, and whether it
   * would run here.
   */
  'models.catalogue': {
    input: Nothing,
    output: z.object({
      families: z.array(z.object({ family: CatalogueFamily, rows: z.array(CatalogueRow) })),
      shipped: z.array(ShippedModel),
      /** `built_in`, or the publisher's newer one. */
      origin: z.enum(['built_in', 'publisher']),
    }),
  },
  /**
   * Keeps a signed catalogue that is newer than the one that is used; it counts from the next start on, and never starts
   * a download. `refused` says why: another key, an older edition, not a catalogue.
   */
  'models.updateCatalogue': {
    input: z.object({ text: z.string().min(1).max(mostCatalogueText) }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('accepted'), edition: z.int(), families: z.int() }),
      z.object({ kind: z.literal('refused'), why: z.string().max(300) }),
    ]),
  },
  /** Which model would earn most here, by what the swarm wants and what was measured; nothing is promised. */
  'models.advice': { input: Nothing, output: EarningAdvice },
  /** Reads the header of a file that is not here (a few megabytes) and judges it at a context and number of slots. */
  'models.inspect': {
    input: z.object({
      source: Source,
      contextSize: z.int().min(16).max(4_194_304).optional(),
      slots: z.int().min(1).max(256).optional(),
    }),
    output: z.object({ facts: ModelFacts, verdict: FitVerdict, sha256: ModelDigest.nullable() }),
  },
  /**
   * Asks the hub which sizes of a model it has, in the repository of the family's first file; smallest first. Files in
   * parts, and those that are no model by themselves, are left out. Takes the id of a family or of one of its files.
   */
  'models.hubFiles': {
    input: z.object({ familyId: z.string().trim().min(1).max(100) }),
    output: z.object({ files: z.array(HubFile).max(mostHubFiles) }),
  },
  /** Judges an installed model, with what its last loads really took. */
  'models.verdict': { input: z.object({ digest: ModelDigest }), output: FitVerdict },
  /**
   * Begins a download, or goes on with the one of the same source; what ships with the app is copied. Answers at once. `sha256` is what the file must be;
   * without it the catalogue's or the hub's own digest is taken. `bytesPerSecond` limits this download.
   */
  'models.pull': {
    input: z.object({ source: Source, sha256: ModelDigest.optional(), bytesPerSecond: Rate.optional() }),
    output: z.object({ downloadId: DownloadId }),
  },
  /** Waits until a download or copy ended: installed, or why not. `waiting` after 20 s without an end: ask again. */
  'downloads.wait': {
    input: z.object({ downloadId: DownloadId }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('waiting') }),
      z.object({ kind: z.literal('installed'), file: StoredFile }),
      z.object({ kind: z.literal('failed'), code: DownloadProblemCode, message: z.string().max(500) }),
    ]),
  },
  'downloads.pause': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Goes on with a paused or failed download. */
  'downloads.resume': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Ends it and deletes what arrived. */
  'downloads.cancel': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Copies a GGUF file of this machine into the store; shown and waited for like a download. */
  'models.add': {
    input: z.object({ path: z.string().min(1).max(4096), sha256: ModelDigest.optional() }),
    output: z.object({ downloadId: DownloadId }),
  },
  /** Deletes an installed model. `conflict` while it works on a task. */
  'models.remove': { input: z.object({ digest: ModelDigest }), output: Nothing },
  /**
   * Reads the whole file and compares; with `repair` what is damaged is fetched or copied again. `checking` when that
   * takes longer than 20 s: ask again, the same check goes on.
   */
  'models.verify': {
    input: z.object({ digest: ModelDigest, repair: z.boolean().default(false) }),
    output: z.object({
      state: z.enum(['sound', 'damaged', 'missing', 'checking']),
      /** Download that repairs it; null when nothing needs to be fetched. */
      downloadId: DownloadId.nullable(),
    }),
  },
  /** Space that models use, and may use. `budgetBytes` null: as much as the disk has. */
  'models.storage': {
    input: Nothing,
    output: z.object({
      usedBytes: z.number().min(0),
      partialBytes: z.number().min(0),
      budgetBytes: z.number().min(0).nullable(),
      freeBytes: z.number().min(0).nullable(),
    }),
  },
  /** Access token of the hub for gated models, kept encrypted, sent to the hub alone; null forgets it. */
  'models.setToken': { input: z.object({ token: z.string().min(1).max(512).nullable() }), output: Nothing },
  'models.token': { input: Nothing, output: z.object({ isSet: z.boolean() }) },

  /**
   * Runs a model on this machine alone: no swarm, no credits, nothing stored. The answer arrives as `try:frame` events
   * and ends with one `try:ended`.
   */
  'try.start': {
    input: z.object({
      digest: ModelDigest,
      prompt: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: z.string().min(1).max(262_144) }),
        z.object({ kind: z.literal('messages'), messages: z.array(ChatMessage).min(1).max(64) }),
      ]),
      maxTokens: z.int().min(1).max(32_768).default(256),
      temperature: z.number().min(0).max(2).default(0.7),
    }),
    output: z.object({ tryId: z.string().max(64) }),
  },
  /** Stops at the next token; `try:ended` still comes. */
  'try.stop': { input: z.object({ tryId: z.string().max(64) }), output: Nothing },
} as const;

export type ModelCommandName = keyof typeof modelCommands;

/** New text of a model that is tried, several tokens at once. */
export const TryFrame = z.object({
  tryId: z.string(),
  text: z.string(),
  /** Tokens so far. */
  tokens: z.int(),
  /** Of this answer so far; null before the second token. */
  tokensPerSecond: z.number().nullable(),
});

/** How it ended; `problem` is a sentence when it failed. */
export const TryEnded = z.object({
  tryId: z.string(),
  finish: z.enum(['eog', 'length', 'stop', 'cancelled', 'yielded', 'failed']),
  tokens: z.int(),
  promptTokens: z.int(),
  tokensPerSecond: z.number().nullable(),
  problem: z.string().max(500).nullable(),
});

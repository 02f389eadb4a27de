import { z } from 'zod';
import { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';
import { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { ChatMessage } from '#shared/domain/tasks/task.ts';

/**
 * Commands for models. Downloads are mirrored in the slice `downloads`; installed
 * models in the slice `models`.
 */

export const DownloadId = z.string().regex(/^[0-9a-z]{26}$/, 'must be the id of a download');

/** Why a download waits or failed; the CLI prints the same codes. */
export const DownloadProblemCode = z.enum([
  /** No answer, a broken connection or silence, after all retries. A retry resumes where it stopped. */
  'network',
  'stalled',
  /** The server answered with an error status, named in the message. */
  'server_refused',
  /** 401 or 403: the hub wants an access token, or the model's terms must be accepted on its page first. */
  'access_denied',
  'not_found',
  /** A web page came instead of the file: the network requires a sign-in. */
  'captive_portal',
  'not_gguf',
  /** The server sent another length than it announced or the catalogue states. */
  'length_mismatch',
  /** The content does not match the digest, even after every chunk was checked again. */
  'digest_mismatch',
  /** The remote file changed during the download, and a digest pins the former version. */
  'remote_changed',
  /** A redirect leads from HTTPS to an unsafe URL, or nowhere. */
  'unsafe_redirect',
  'model_damaged',
  'storage_full',
  /** The disk budget is taken up by models in use. */
  'budget_full',
  'storage_read_only',
  'storage_failed',
  'cancelled',
]);
export type DownloadProblemCode = z.infer<typeof DownloadProblemCode>;

/** The state of one download. */
export const Download = z.object({
  downloadId: DownloadId,
  /** Name of the model, or the last part of the URL. */
  name: z.string().max(200),
  /** Catalogue ID of the file; null for a URL that somebody entered. */
  catalogueId: z.string().max(100).nullable(),
  /** Source URL, without secrets. */
  address: z.string().max(2000),
  /**
   * `checking`: existing bytes or the finished file are being hashed. `waiting`: for its turn, or for an unmetered
   * connection. `failed` downloads continue with `downloads.resume`. Finished ones leave the list.
   */
  state: z.enum(['waiting', 'connecting', 'downloading', 'checking', 'paused', 'failed']),
  /** Downloaded and verified bytes. */
  bytes: z.int().min(0),
  /** Null until the server announced it. */
  total: z.int().min(0).nullable(),
  bytesPerSecond: z.number().min(0),
  /** Remaining seconds at this rate; null while unknown. */
  secondsLeft: z.number().min(0).nullable(),
  /** Set while `failed`, and while `waiting` for a reason; the message is for people. */
  problem: z.object({ code: z.string().max(64), message: z.string().max(500) }).nullable(),
});
export type Download = z.infer<typeof Download>;

/** One file of a catalogue family and its status on this machine. */
export const CatalogueRow = z.object({
  file: CatalogueFile,
  /** Digest of the installed file; null when it is not installed. */
  installed: ModelDigest.nullable(),
  /** From the catalogue's facts; `models.inspect` reads the header for an exact one. */
  verdict: FitVerdict,
});
export type CatalogueRow = z.infer<typeof CatalogueRow>;

/** A model that ships with the app, so installing it needs no download. */
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

/** Facts from a file's header, before or after the download. */
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

/** A file in a family's repository, as listed by the hub. */
export const HubFile = z.object({
  path: z.string().max(200),
  /** Parsed from the name; null when not recognised. */
  quantisation: z.string().max(32).nullable(),
  sizeBytes: z.int().min(1),
  digest: ModelDigest.nullable(),
  /** Commit of the listing; null when the hub does not report it. */
  revision: CatalogueFile.shape.revision,
  /** True when the catalogue already contains the file. */
  known: z.boolean(),
  /** URL for `models.pull` and `models.inspect`. */
  address: z.string().max(2000),
});
export type HubFile = z.infer<typeof HubFile>;

/** Maximum number of files listed per family. */
export const mostHubFiles = 64;

/** Catalogue ID, `https://` URL of a GGUF file, or `hf:owner/repo/file.gguf[@revision]`. */
const Source = z.string().trim().min(1).max(2000);
const Nothing = z.object({});

/** Maximum characters of a signed catalogue, which must fit one message. */
export const mostCatalogueText = 900_000;

const Rate = z.int().min(1024).max(1e12);

/** A file in the store. */
export const StoredFile = z.object({ digest: ModelDigest, bytes: z.int().min(0), path: z.string().max(4096) });
export type StoredFile = z.infer<typeof StoredFile>;

export const modelCommands = {
  /**
   * Every family of the catalogue with its files, and the models that ship with the app: whether each is installed and
   * would run here.
   */
  'models.catalogue': {
    input: Nothing,
    output: z.object({
      families: z.array(z.object({ family: CatalogueFamily, rows: z.array(CatalogueRow) })),
      shipped: z.array(ShippedModel),
      /** `built_in`, or a newer one from the publisher. */
      origin: z.enum(['built_in', 'publisher']),
    }),
  },
  /**
   * Stores a signed catalogue that is newer than the current one. It applies from the next start and never triggers a
   * download. `refused` carries the reason: another key, an older edition, not a catalogue.
   */
  'models.updateCatalogue': {
    input: z.object({ text: z.string().min(1).max(mostCatalogueText) }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('accepted'), edition: z.int(), families: z.int() }),
      z.object({ kind: z.literal('refused'), why: z.string().max(300) }),
    ]),
  },
  /** Advice on which model would earn most here, from the swarm's demand and measured speeds. */
  'models.advice': { input: Nothing, output: EarningAdvice },
  /** Reads the header of a remote file (a few megabytes) and judges its fit at a context and number of slots. */
  'models.inspect': {
    input: z.object({
      source: Source,
      contextSize: z.int().min(16).max(4_194_304).optional(),
      slots: z.int().min(1).max(256).optional(),
    }),
    output: z.object({ facts: ModelFacts, verdict: FitVerdict, sha256: ModelDigest.nullable() }),
  },
  /**
   * Lists the model's sizes in the hub repository of the family's first file, smallest first. Split files, and files that
   * are no model by themselves, are left out. Takes the ID of a family or of one of its files.
   */
  'models.hubFiles': {
    input: z.object({ familyId: z.string().trim().min(1).max(100) }),
    output: z.object({ files: z.array(HubFile).max(mostHubFiles) }),
  },
  /** Judges the fit of an installed model, corrected by its actual loads. */
  'models.verdict': { input: z.object({ digest: ModelDigest }), output: FitVerdict },
  /**
   * Starts a download, or resumes the one of the same source; a model that ships with the app is copied. Returns
   * immediately. `sha256` pins the file; by default the catalogue's or the hub's digest does. `bytesPerSecond` limits
   * this download.
   */
  'models.pull': {
    input: z.object({ source: Source, sha256: ModelDigest.optional(), bytesPerSecond: Rate.optional() }),
    output: z.object({ downloadId: DownloadId }),
  },
  /** Waits until a download or copy ends. `waiting` after 20 s: call again. */
  'downloads.wait': {
    input: z.object({ downloadId: DownloadId }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('waiting') }),
      z.object({ kind: z.literal('installed'), file: StoredFile }),
      z.object({ kind: z.literal('failed'), code: DownloadProblemCode, message: z.string().max(500) }),
    ]),
  },
  'downloads.pause': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Resumes a paused or failed download. */
  'downloads.resume': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Cancels a download and deletes its data. */
  'downloads.cancel': { input: z.object({ downloadId: DownloadId }), output: Nothing },
  /** Copies a local GGUF file into the store; listed and awaited like a download. */
  'models.add': {
    input: z.object({ path: z.string().min(1).max(4096), sha256: ModelDigest.optional() }),
    output: z.object({ downloadId: DownloadId }),
  },
  /** Deletes an installed model. `conflict` while it runs a task. */
  'models.remove': { input: z.object({ digest: ModelDigest }), output: Nothing },
  /**
   * Verifies the whole file; `repair` fetches or copies damaged parts again. `checking` after 20 s: call again, the same
   * check continues.
   */
  'models.verify': {
    input: z.object({ digest: ModelDigest, repair: z.boolean().default(false) }),
    output: z.object({
      state: z.enum(['sound', 'damaged', 'missing', 'checking']),
      /** The repairing download; null when none is needed. */
      downloadId: DownloadId.nullable(),
    }),
  },
  /** Disk space used by and allowed for models. `budgetBytes` null means no limit. */
  'models.storage': {
    input: Nothing,
    output: z.object({
      usedBytes: z.number().min(0),
      partialBytes: z.number().min(0),
      budgetBytes: z.number().min(0).nullable(),
      freeBytes: z.number().min(0).nullable(),
    }),
  },
  /** Hub access token for gated models, stored encrypted and sent only to the hub; null removes it. */
  'models.setToken': { input: z.object({ token: z.string().min(1).max(512).nullable() }), output: Nothing },
  'models.token': { input: Nothing, output: z.object({ isSet: z.boolean() }) },

  /**
   * Runs a model on this machine only: no swarm, no credits, nothing stored. The answer arrives as `try:frame` events and
   * ends with one `try:ended`.
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
  /** Stops at the next token; `try:ended` still follows. */
  'try.stop': { input: z.object({ tryId: z.string().max(64) }), output: Nothing },
} as const;

export type ModelCommandName = keyof typeof modelCommands;

/** New text of a trial, several tokens at once. */
export const TryFrame = z.object({
  tryId: z.string(),
  text: z.string(),
  /** Tokens so far. */
  tokens: z.int(),
  /** So far; null before the second token. */
  tokensPerSecond: z.number().nullable(),
});

/** The end of a trial; `problem` is a sentence when it failed. */
export const TryEnded = z.object({
  tryId: z.string(),
  finish: z.enum(['eog', 'length', 'stop', 'cancelled', 'yielded', 'failed']),
  tokens: z.int(),
  promptTokens: z.int(),
  tokensPerSecond: z.number().nullable(),
  problem: z.string().max(500).nullable(),
});

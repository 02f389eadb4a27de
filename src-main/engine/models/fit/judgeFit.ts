import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { type GraphicsPlan, type GraphicsShare, planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate, type MemoryShape } from '#shared/domain/models/memoryEstimate.ts';
import type { Correction } from './LoadMeasurements.ts';

/** Properties of the machine that decide a verdict. */
export interface MachineView {
  /** Total main memory, in bytes. */
  readonly totalBytes: number;
  /** Memory that all models together may use, in bytes. */
  readonly modelBytes: number;
  /**
   * Bytes of weights processed per second while decoding, from runs of installed models or the benchmark; null before
   * either.
   */
  readonly weightBytesPerSecond: number | null;
  /** The graphics card with its free memory; null without one. */
  readonly graphics: GraphicsShare | null;
}

/** The model to judge, and how it would be loaded. */
export interface FitQuestion extends MemoryShape {
  readonly layers: number;
  /** Context the model was trained for, in tokens; 0 when unknown. */
  readonly trainedContext: number;
  /** Desired context in tokens; by default the widest usual one that fits. */
  readonly contextSize?: number | undefined;
  /** Concurrent answers; 1 by default. */
  readonly slots?: number | undefined;
}

/** Below this people read faster than the model writes. */
const slowTokensPerSecond = 5;
const usualContexts = [8192, 4096, 2048] as const;

/** Judges whether a model runs on this machine, with the desired context and slots or the best that fit. */
export function judgeFit(question: FitQuestion, machine: MachineView, correction: Correction): FitVerdict {
  const { contextSize, slots, needBytes, plan } = choose(question, machine, correction.factor);
  const speed = machine.weightBytesPerSecond;
  const tokensPerSecond = speed === null ? null : Math.round((speed / question.sizeBytes) * 10) / 10;
  const common = {
    needBytes,
    availableBytes: machine.modelBytes,
    contextSize,
    slots,
    ...graphicsPart(plan),
    tokensPerSecond,
    estimateErrorPercent: correction.errorPercent,
  };
  const card = plan.layers === 0 ? '' : `, ${plan.layers} of ${plan.ofLayers} layers on the graphics card`;
  const memory = `${gigabytes(needBytes)} of ${gigabytes(machine.totalBytes)} GB${card}`;
  if (needBytes > machine.modelBytes) {
    const most = gigabytes(machine.modelBytes);
    const sentence = `Does not fit: it needs ${gigabytes(needBytes)} GB, but models may use only ${most} GB on this computer.`;
    return { ...common, fit: 'no', tokensPerSecond: null, sentence };
  }
  if (tokensPerSecond === null) {
    return { ...common, fit: 'well', sentence: `Fits: ${memory}. Speed not measured yet.` };
  }
  const summary = `${memory}, about ${tokensPerSecond < 10 ? tokensPerSecond : Math.round(tokensPerSecond)} tokens per second`;
  return tokensPerSecond < slowTokensPerSecond
    ? { ...common, fit: 'slow', sentence: `Runs slowly: ${summary}.` }
    : { ...common, fit: 'well', sentence: `Runs well: ${summary}.` };
}

/** The verdict on a file about which too little is known. */
export function unknownFit(machine: MachineView): FitVerdict {
  return {
    fit: 'unknown',
    sentence: 'Not known yet: only the header of the file says how much memory it needs.',
    needBytes: null,
    availableBytes: machine.modelBytes,
    contextSize: 0,
    slots: 0,
    tokensPerSecond: null,
    estimateErrorPercent: null,
  };
}

function graphicsPart({ layers, ofLayers, graphicsBytes }: GraphicsPlan) {
  return layers === 0 ? {} : { graphics: { layers, ofLayers, needBytes: graphicsBytes } };
}

/** The context to judge, and what the model needs with it. */
function choose(question: FitQuestion, { modelBytes, graphics }: MachineView, factor: number) {
  const { trainedContext, slots = 1 } = question;
  const planOf = (contextSize: number) => planGraphics(question, contextSize * slots, graphics);
  const needOf = (contextSize: number): number => correctEstimate(planOf(contextSize).mainBytes, factor);
  const wanted = question.contextSize;
  const contexts = wanted === undefined ? usualContexts : [wanted];
  const possible = contexts.map((context) => (trainedContext > 0 ? Math.min(context, trainedContext) : context));
  const fitting = possible.find((context) => needOf(context) <= modelBytes) ?? possible.at(-1) ?? 0;
  return { contextSize: fitting, slots, needBytes: needOf(fitting), plan: planOf(fitting) };
}

function gigabytes(bytes: number): string {
  const value = bytes / 1e9;
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

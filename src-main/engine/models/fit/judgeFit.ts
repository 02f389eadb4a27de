import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { type GraphicsPlan, type GraphicsShare, planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate, type MemoryShape } from '#shared/domain/models/memoryEstimate.ts';
import type { Correction } from './MemoryLessons.ts';

/** The machine as far as a verdict needs it. */
export interface MachineView {
  readonly totalBytes: number;
  /** What all models together may take. */
  readonly modelBytes: number;
  /**
   * Bytes of weights that pass through the processor per second while it decodes, from runs of installed models or the
   * benchmark; null before either.
   */
  readonly weightBytesPerSecond: number | null;
  /** The card, with what is free on it; null without one. */
  readonly graphics: GraphicsShare | null;
}

export interface FitQuestion extends MemoryShape {
  readonly layers: number;
  /** What the model was made for. */
  readonly trainedContext: number;
  /** Wanted; else the widest of the usual ones that fits. */
  readonly contextSize?: number | undefined;
  readonly slots?: number | undefined;
}

/** Below this people stop reading along. */
const slowTokensPerSecond = 5;
const usualContexts = [8192, 4096, 2048] as const;

/** Judges whether a model runs here, at the wanted context and slots or the best that fit. Nothing is guessed. */
export function judgeFit(question: FitQuestion, machine: MachineView, correction: Correction): FitVerdict {
  const { contextSize, slots, needBytes, plan } = choose(question, machine, correction.factor);
  const speed = machine.weightBytesPerSecond;
  const tokensPerSecond = speed === null ? null : Math.round((speed / question.sizeBytes) * 10) / 10;
  const common = {
    needBytes,
    availableBytes: machine.modelBytes,
    contextSize,
    slots,
    ...onCard(plan),
    tokensPerSecond,
    estimateErrorPercent: correction.errorPercent,
  };
  const card = plan.layers === 0 ? '' : `, ${plan.layers} of ${plan.ofLayers} layers on the graphics card`;
  const memory = `${gigabytes(needBytes)} of ${gigabytes(machine.totalBytes)} GB${card}`;
  if (needBytes > machine.modelBytes) {
    const most = gigabytes(machine.modelBytes);
    const sentence = `Does not fit: it needs ${gigabytes(needBytes)} GB, and models may use ${most} GB here.`;
    return { ...common, fit: 'no', tokensPerSecond: null, sentence };
  }
  if (tokensPerSecond === null) {
    return { ...common, fit: 'well', sentence: `Fits: ${memory}. Speed not measured yet.` };
  }
  const words = `${memory}, about ${tokensPerSecond < 10 ? tokensPerSecond : Math.round(tokensPerSecond)} tokens per second`;
  return tokensPerSecond < slowTokensPerSecond
    ? { ...common, fit: 'slow', sentence: `Runs slowly: ${words}.` }
    : { ...common, fit: 'well', sentence: `Runs well: ${words}.` };
}

/** The verdict on a file of which too little is known. */
export function unknownFit(machine: MachineView): FitVerdict {
  return {
    fit: 'unknown',
    sentence: 'Not known yet: the start of the file tells how much memory it needs.',
    needBytes: null,
    availableBytes: machine.modelBytes,
    contextSize: 0,
    slots: 0,
    tokensPerSecond: null,
    estimateErrorPercent: null,
  };
}

function onCard({ layers, ofLayers, graphicsBytes }: GraphicsPlan) {
  return layers === 0 ? {} : { graphics: { layers, ofLayers, needBytes: graphicsBytes } };
}

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

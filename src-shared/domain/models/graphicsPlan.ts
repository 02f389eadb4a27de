import { estimateMemory, type MemoryShape } from './memoryEstimate.ts';

/** The graphics card as far as models may use it. */
export interface GraphicsShare {
  /** Bytes of its memory that are free for one more model. */
  readonly freeBytes: number;
  /** Its memory is main memory, as in Macs and integrated graphics. */
  readonly unified: boolean;
}

export interface LayeredShape extends MemoryShape {
  /** Blocks of the model; the output layer counts as one more. */
  readonly layers: number;
}

/** How a model is split between a card and the processor. */
export interface GraphicsPlan {
  /** On the card, of `ofLayers`; 0 keeps everything on the processor. */
  readonly layers: number;
  readonly ofLayers: number;
  readonly graphicsBytes: number;
  /** Main memory of the worker at its peak. */
  readonly mainBytes: number;
}

const mebibyte = 2 ** 20;

/** Of what is free: programs and the desktop take some while a model works, and the library keeps a part for itself. */
const usableShare = 0.9;

/** What the driver keeps on a card and in main memory for a process that uses it. */
const driverBytes = 400 * mebibyte;

/** Results between layers, beside the scores of one batch. */
const betweenBytes = 256 * mebibyte;
const batchTokens = 512;

/**
 * Chooses how many layers go to the card: as many as its free memory holds, with their part of the key-value cache.
 * `cells` is the context of one sequence times their number. Layers count as equally large.
 */
export function planGraphics(shape: LayeredShape, cells: number, share: GraphicsShare | null): GraphicsPlan {
  const ofLayers = shape.layers + 1;
  const none = { layers: 0, ofLayers, graphicsBytes: 0, mainBytes: estimateMemory(shape, cells) };
  if (share === null || shape.layers === 0) return none;
  const fixedBytes = driverBytes + betweenBytes + shape.vocabSize * 4 * batchTokens;
  const cacheBytes = shape.kvBytesPerToken * cells;
  const layerBytes = (shape.sizeBytes + cacheBytes) / ofLayers;
  const room = Math.floor((share.freeBytes * usableShare - fixedBytes) / layerBytes);
  const layers = Math.max(0, Math.min(ofLayers, room));
  if (layers === 0) return none;
  const onCard = layers / ofLayers;
  const graphicsBytes = Math.ceil(fixedBytes + layers * layerBytes);
  // The file stays mapped while it is copied to the card; only what the processor computes has a second, repacked copy.
  const savedBytes = onCard * (shape.sizeBytes + cacheBytes);
  const sharedBytes = share.unified ? fixedBytes - driverBytes + onCard * cacheBytes : 0;
  return {
    layers,
    ofLayers,
    graphicsBytes,
    mainBytes: Math.ceil(none.mainBytes + driverBytes - savedBytes + sharedBytes),
  };
}

import { estimateMemory, type MemoryShape } from './memoryEstimate.ts';

/** The part of a graphics card that models may use. */
export interface GraphicsShare {
  /** Free graphics memory for one more model, in bytes. */
  readonly freeBytes: number;
  /** Shares main memory, as on Macs and with integrated graphics. */
  readonly unified: boolean;
}

export interface LayeredShape extends MemoryShape {
  /** Blocks of the model; the output layer counts as one more. */
  readonly layers: number;
}

/** How a model is split between a card and the processor. */
export interface GraphicsPlan {
  /** Layers on the card, of `ofLayers`; 0 keeps everything on the processor. */
  readonly layers: number;
  readonly ofLayers: number;
  readonly graphicsBytes: number;
  /** Main memory of the worker at its peak. */
  readonly mainBytes: number;
}

const mebibyte = 2 ** 20;

/** Usable share of the free memory: other programs and the library take some while a model runs. */
const usableShare = 0.9;

/** Driver overhead per process, on the card and in main memory. */
const driverBytes = 400 * mebibyte;

/** Activations between layers, beside the logits of one batch. */
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
  // The file stays mapped while it is copied to the card; only layers on the processor have a second, repacked copy.
  const savedBytes = onCard * (shape.sizeBytes + cacheBytes);
  const sharedBytes = share.unified ? fixedBytes - driverBytes + onCard * cacheBytes : 0;
  return {
    layers,
    ofLayers,
    graphicsBytes,
    mainBytes: Math.ceil(none.mainBytes + driverBytes - savedBytes + sharedBytes),
  };
}

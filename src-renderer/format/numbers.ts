/** 1204 → "1,204". */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** "1 task", "2 tasks". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** One decimal below 100, none above. */
export function oneDecimal(value: number): string {
  return Math.abs(value) >= 100 ? count(value) : (Math.round(value * 10) / 10).toFixed(1);
}

/** Bytes as gigabytes: "4.3". */
export function gigabytes(bytes: number): string {
  return oneDecimal(bytes / 1e9);
}

/** Bytes in the most readable unit. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${oneDecimal(bytes / 1e9)} GB`;
  if (bytes >= 1e6) return `${oneDecimal(bytes / 1e6)} MB`;
  if (bytes >= 1e3) return `${oneDecimal(bytes / 1e3)} kB`;
  return `${count(bytes)} bytes`;
}

/** A speed as "27 tokens/s", with a decimal below 10. */
export function rateText(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? oneDecimal(tokensPerSecond) : count(tokensPerSecond)} tokens/s`;
}

/** "812 tokens/s", "41.2 GB/s": a measured value with its unit. */
export function measuredText(value: number, unit: string): string {
  return `${oneDecimal(value)} ${unit}`;
}

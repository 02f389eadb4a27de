const part = /-\d{5}-of-\d{5}\.gguf$/i;
const helperFile = /mmproj|imatrix/i;
const quantisationEnd = /(?:^|[._-])((?:UD-)?(?:I?Q\d(?:_[0-9A-Z]+)*|TQ\d_0|MXFP4(?:_MOE)?|BF16|FP?16|F32))$/i;

/** Whether a path in a repository is that of a complete model file. Only plain characters are allowed, and no `..`. */
export function isModelPath(path: string): boolean {
  if (!/^[\w./-]{1,200}\.gguf$/i.test(path) || part.test(path) || helperFile.test(path)) return false;
  return path.split('/').every((name) => name !== '' && !name.startsWith('.'));
}

/** The quantisation in a file name, such as `Q4_K_M` in `some-model.q4_k_m.gguf`; null when there is none. */
export function quantisationIn(path: string): string | null {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');
  const name = quantisationEnd.exec(stem)?.[1]?.toUpperCase().slice(0, 32) ?? null;
  return name === 'FP16' ? 'F16' : name;
}

/** Converts a name to an id. */
export function slug(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return words.replace(/^[^a-z0-9]+/, '').slice(0, 64) || 'model';
}

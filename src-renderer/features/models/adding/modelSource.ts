/** The interpretation of the typed source of a model. */
export type ModelSource =
  | { readonly kind: 'address'; readonly source: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'wrong'; readonly problem: string };

/** Distinguishes URLs from local paths. The engine validates both more closely. */
export function readModelSource(text: string): ModelSource {
  const source = text.trim();
  if (source === '') return wrong('Enter a URL or the path of a file.');
  if (/^hf:/i.test(source) || /^https?:\/\//i.test(source)) return { kind: 'address', source };
  if (/^file:\/\//i.test(source)) return fileAddress(source);
  if (!source.startsWith('/') && !/^[a-z]:[\\/]/i.test(source) && !source.startsWith('\\\\')) {
    return wrong('Enter a URL (https://…, hf:owner/repository/file.gguf) or a full path.');
  }
  return source.toLowerCase().endsWith('.gguf') ? { kind: 'file', path: source } : wrong('Model files end in .gguf.');
}

function fileAddress(address: string): ModelSource {
  try {
    const path = decodeURIComponent(new URL(address).pathname);
    // file:///C:/… has a slash before the drive.
    return readModelSource(/^\/[a-z]:\//i.test(path) ? path.slice(1) : path);
  } catch {
    return wrong('This file URL is not valid.');
  }
}

function wrong(problem: string): ModelSource {
  return { kind: 'wrong', problem };
}

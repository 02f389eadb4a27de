import type { SystemPorts } from '#engine/contribution/sensors/SystemPorts.ts';

/** FAKE system: only the files and tools that a recording names are there. */
export function recordedSystem(
  files: Readonly<Record<string, string>>,
  tools: Readonly<Record<string, string>> = {},
): SystemPorts {
  const find = (file: string): string => {
    const text = files[file];
    if (text === undefined) throw new Error(`ENOENT: ${file}`);
    return text;
  };
  const entries = (folder: string): string[] => [
    ...new Set(
      Object.keys(files)
        .filter((file) => file.startsWith(`${folder}/`))
        .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
    ),
  ];
  return {
    readText: async (file) => find(file),
    list: async (folder) => {
      if (entries(folder).length === 0) throw new Error(`ENOENT: ${folder}`);
      return entries(folder);
    },
    readNow: (file) => files[file] ?? null,
    listNow: entries,
    run: async (tool, args) => {
      const text = tools[[tool, ...args].join(' ')];
      if (text === undefined) throw new Error(`ENOENT: ${tool}`);
      return text;
    },
  };
}

// Loaded before the command (`node --import`): ends it when the process that started it is gone, even by kill -9.
// A SIGTERM to itself comes first, so that the command can finish what it must; after the limit it ends anyway.
const limitMs = 15_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(143), limitMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The channel alone must not keep a finished command alive.
process.channel?.unref();
// Processes that the command forks have parents of their own to follow: they do not inherit this file.
const own = process.execArgv.findIndex((argument) => argument.endsWith('endWithParent.mjs'));
if (own > 0) process.execArgv.splice(own - 1, 2);

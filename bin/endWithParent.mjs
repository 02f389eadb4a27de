// Loaded before the command (`node --import`): ends it when its parent process is gone, even after kill -9. It first sends
// itself SIGTERM, so that the command can shut down cleanly; after the limit it exits anyway.
const limitMs = 15_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(143), limitMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The channel must not keep a finished command alive.
process.channel?.unref();
// Processes forked by the command have their own parent to follow, so they do not inherit this file.
const own = process.execArgv.findIndex((argument) => argument.endsWith('endWithParent.mjs'));
if (own > 0) process.execArgv.splice(own - 1, 2);

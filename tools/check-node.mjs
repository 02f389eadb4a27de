// Says plainly what is wrong when the Node 24 of tools/node24 was not installed and the machine's own is older.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `This needs Node 24 or newer, and this is ${process.version} (${process.execPath}).\n` +
      'On Linux run `npm install` with optional dependencies; elsewhere install Node 24.',
  );
  process.exitCode = 1;
}

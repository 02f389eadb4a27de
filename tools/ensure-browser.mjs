// Prints the Chromium that the tests use; installs one when the machine has none.
import { ensureBrowser } from './test/ensureBrowser.mjs';

const browser = ensureBrowser();
if (browser === undefined) {
  console.error('No Chromium could be found or installed. Install Chromium or Chrome, or set CHROMIUM_PATH.');
  process.exitCode = 1;
} else {
  console.log(browser);
}

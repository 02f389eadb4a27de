// Draws the app's and the tray's icons from one description, as SVG, and renders the PNGs with Chromium.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser } from './test/findBrowser.mjs';

const folder = path.resolve(import.meta.dirname, '../resources/icons');
const appSizes = [16, 32, 48, 64, 128, 256, 512, 1024];
const outer = [
  [10, 3],
  [16.1, 6.5],
  [16.1, 13.5],
  [10, 17],
  [3.9, 13.5],
  [3.9, 6.5],
];

/** The mark: six nodes around a highlighted one, on a 20 by 20 grid. */
function mark({ dot, line, centre }) {
  const lines = outer.map(([x, y]) => `M10 10L${x} ${y}`).join('');
  const dots = outer.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="1.9"/>`).join('');
  return (
    `<path d="${lines}" fill="none" stroke="${line}" stroke-width="1.2"/>` +
    `<g fill="${dot}">${dots}</g><circle cx="10" cy="10" r="3" fill="${centre}"/>`
  );
}

function svg(content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">${content}</svg>\n`;
}

const app = svg(
  '<rect x="0.6" y="0.6" width="18.8" height="18.8" rx="4.4" fill="#18191b"/>' +
    `<g transform="translate(10 10) scale(0.72) translate(-10 -10)">${mark({ dot: '#b2b3bd', line: '#62636c', centre: '#29a383' })}</g>`,
);
const tray = svg(mark({ dot: '#8b8d98', line: '#8b8d98', centre: '#29a383' }));
/** macOS uses only the shape and applies its own colour. */
const template = svg(mark({ dot: '#000', line: '#000', centre: '#000' }));

const images = [
  ...appSizes.map((size) => ({ file: `app/${size}x${size}.png`, drawing: app, size })),
  ...[
    ['tray', tray],
    ['trayTemplate', template],
  ].flatMap(([name, drawing]) => [
    { file: `${name}.png`, drawing, size: 22 },
    { file: `${name}@2x.png`, drawing, size: 44 },
  ]),
];

await mkdir(path.join(folder, 'app'), { recursive: true });
await writeFile(path.join(folder, 'icon.svg'), app);
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { file, drawing, size } of images) {
  await page.setViewportSize({ width: size, height: size });
  const style = '<style>html,body{margin:0;background:transparent}svg{display:block;width:100vw;height:100vh}</style>';
  await page.setContent(style + drawing);
  await page.screenshot({ path: path.join(folder, file), omitBackground: true });
}
await browser.close();
console.log(`${images.length} images in resources/icons`);

import stringWidth from 'string-width';

/** Formats rows as a table for people. Columns whose title starts with `>` are aligned to the right. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = titles.map((title) => title.startsWith('>'));
  const heads = titles.map((title) => title.replace(/^>/, ''));
  const table = [heads, ...rows.map((row) => row.map(printable))];
  const widths = heads.map((_, column) => Math.max(...table.map((row) => stringWidth(row[column] ?? ''))));
  const lineOf = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        // Terminal columns, not characters: a Chinese character or an emoji takes two.
        const padding = ' '.repeat(width - stringWidth(cell));
        return right[column] === true ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return table.map(lineOf).join('\n');
}

/** Replaces control characters, such as line breaks and escape sequences in the name of a model, by blanks. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

/** Formats a UTC time in milliseconds as local time, such as "2026-11-20 19:43". */
export function formatTime(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return `${day} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Removes the sign of an amount: the CLI prints none (rules 6.1); the role says who paid. */
export function withoutSign(credits: string): string {
  return credits.replace(/^-/, '');
}

import { describe, expect, it } from 'vitest';
import { csvOf } from '#renderer/format/csv.ts';

describe('CSV', () => {
  it('quotes cells that need it', () => {
    expect(csvOf(['a', 'b'], [['x,y', 'say "hi"\nthere']])).toBe('a,b\r\n"x,y","say ""hi""\nthere"');
  });

  it('defuses formulas, but leaves numbers alone', () => {
    expect(csvOf(['a'], [['=HYPERLINK("http://x")']])).toContain(`'=HYPERLINK`);
    expect(csvOf(['a'], [['@SUM(1)']])).toBe(`a\r\n'@SUM(1)`);
    expect(csvOf(['a'], [['-0.174'], ['+1']])).toBe('a\r\n-0.174\r\n+1');
  });
});

/** The text layouts of service codes that the extractor has written. */
export type ServiceCodesStyle = 'python' | 'json' | 'semicolons' | 'commas';

/** A list of service codes as text. */
export function printServiceCodes(codes: readonly string[], style: ServiceCodesStyle): string {
  if (style === 'python') return `[${codes.map((code) => `'${code}'`).join(', ')}]`;
  if (style === 'json') return JSON.stringify(codes);
  return codes.join(style === 'semicolons' ? ';' : ', ');
}

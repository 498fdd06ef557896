import { Option } from 'commander';
import { printableJson } from './printable.js';

/** What stdout can get: words for a person, or one JSON object. */
export const outputFormats = ['summary', 'json'] as const;

export type OutputFormat = (typeof outputFormats)[number];

export function outputFormatOption(): Option {
  return new Option('--output-format <format>', 'what stdout gets').choices(outputFormats).default('summary');
}

/** A result for a program. */
export function asJson(value: object): string {
  return `${printableJson(value, 2)}\n`;
}

import { describe, expect, it } from 'vitest';
import { describeConfiguration } from '../../../src/cli/describe-configuration.js';
import { describeTables, drawStar } from '../../../src/tables/describe-tables.js';
import { blocksOf, readPage } from './markdown.js';

const remedy = 'run `npm run docs`';

describe('generated pages', () => {
  it('docs/tables.md says what the code says', () => {
    expect(readPage('docs/tables.md'), remedy).toBe(describeTables());
  });

  it('docs/configuration.md says what the code says', () => {
    expect(readPage('docs/configuration.md'), remedy).toBe(describeConfiguration());
  });

  it('the README draws the star that the code draws', () => {
    const pictures = blocksOf(readPage('README.md')).filter(({ language }) => language === 'mermaid');
    expect(pictures, remedy).toEqual([{ language: 'mermaid', code: drawStar() }]);
  });
});

describe('drawStar', () => {
  const lines = drawStar().split('\n');

  it('points every fact at four dimensions and every cross-reference at its group', () => {
    expect(lines.filter((line) => line.includes('||--o{'))).toEqual([
      '  dim_provider_group ||--o{ xref_pg_npi : "pg_uid"',
      '  dim_provider_group ||--o{ xref_pg_tin : "pg_uid"',
      '  dim_code ||--o{ fact_rate : "code_type, code"',
      '  dim_payer ||--o{ fact_rate : "payer_slug"',
      '  dim_provider_group ||--o{ fact_rate : "pg_uid"',
      '  dim_pos_set ||--o{ fact_rate : "pos_set_id"',
    ]);
  });

  it('marks keys and references', () => {
    expect(lines).toContain('    VARCHAR pg_uid PK, FK');
    expect(lines).toContain('    VARCHAR[] pos_members');
    expect(lines).toContain('    VARCHAR fact_uid PK');
    expect(lines).toContain('    DOUBLE negotiated_rate');
  });
});

describe('describeConfiguration', () => {
  const page = describeConfiguration();

  it('has a row per setting with its flag, variable and default', () => {
    expect(page).toContain('| `chunk_size` | `--chunk-size <rows\\|auto>` | `ETL1_CHUNK_SIZE` | `50000` |');
    expect(page).toContain('| `empty_pos_set` |  | `ETL1_EMPTY_POS_SET` | `""` |');
  });

  it('lists the flags that are not settings apart', () => {
    const [settings = '', flags = ''] = page.split('## Flags without a setting');
    expect(flags).toContain('| `--dry-run` |');
    expect(flags).not.toContain('--chunk-size');
    expect(settings).not.toContain('--dry-run');
  });
});

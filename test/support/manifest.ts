import type { Manifest } from '../../src/pipeline/manifest.js';
import { summary } from '../unit/cli/summary.js';

/** The record of a run, with values of its own. */
export function manifestOf(values: Partial<Manifest> = {}): Manifest {
  const { status, run_id, payer, state, period, ...counted } = summary;
  return {
    ...{ format: 1, run_id, program_version: '0.1.0', versions: { etl1: '0.1.0' }, host: 'here' },
    ...{ started_at: '2025-08-01T00:00:00.000Z', finished_at: '2025-08-01T00:01:00.000Z' },
    ...{ payer, state, period },
    settings: {
      ...{ state: 'GA', payer_slug_override: null, providers: 'required', empty_pos_set: '' },
      ...{ provider_group_scope: 'payer', dimension_conflict: 'fill', mode: 'upsert', max_reject_ratio: 0.1 },
    },
    resolved_settings: {
      state: { value: 'GA', origin: 'default' },
      memory_limit_mb: { value: 512, origin: 'flag' },
    },
    inputs: { rates: [], providers: [] },
    outputs: {},
    slices: [{ state: 'GA', payer_slug: 'aetna', year_month: '2025-08' }],
    summary: { status, run_id, payer, state, period, ...counted },
    ...values,
  };
}

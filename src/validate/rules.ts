import type { Settings } from '../config/settings.js';
import { type CheckName, checkNamed, type Severity } from '../tables/checks.js';

/** What outputs were loaded by, and what is too much. */
export interface ValidationRules {
  readonly emptyPosSet: '' | 'none';
  readonly providerGroupScope: 'payer' | 'month';
  readonly maxRate: number;
  readonly maxPercentage: number;
}

export function rulesOf(settings: Settings): ValidationRules {
  return {
    emptyPosSet: settings.empty_pos_set,
    providerGroupScope: settings.provider_group_scope,
    maxRate: settings.validate_max_rate,
    maxPercentage: settings.validate_max_percentage,
  };
}

/** How much a check matters: as the settings say, else as it says itself. A check that is off is not made. */
export function severityOf(
  check: CheckName,
  { validate_severities: given }: Pick<Settings, 'validate_severities'>,
): Severity | 'off' {
  return given[check] ?? checkNamed(check).severity;
}

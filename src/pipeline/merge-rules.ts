import type { Settings } from '../config/settings.js';
import type { MergeRules } from '../load/sql.js';

/** What settings say of keys, and of rows that meet. */
export function mergeRules(settings: Settings): MergeRules {
  return {
    state: settings.state,
    emptyPosSet: settings.empty_pos_set,
    providerGroupScope: settings.provider_group_scope,
    dimensionConflict: settings.dimension_conflict,
    mode: settings.mode,
  };
}

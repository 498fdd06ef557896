export interface Settings {
  readonly state: string;
  readonly payerSlugOverride: string | null;
  readonly emptyPosSet: '' | 'none';
  readonly providerGroupScope: 'payer' | 'month';
  readonly dimensionConflict: 'fill' | 'update';
  readonly mode: 'upsert' | 'replace';
}

/** The defaults of the contract; only the state has to be chosen. */
export function settingsFor(state: string, changes: Partial<Settings> = {}): Settings {
  return {
    state,
    payerSlugOverride: null,
    emptyPosSet: '',
    providerGroupScope: 'payer',
    dimensionConflict: 'fill',
    mode: 'upsert',
    ...changes,
  };
}

import { createHash } from 'node:crypto';

/** md5 of UTF-8 text as 32 hex digits. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/** The key of a set of place-of-service codes. */
export function posSetIdOf(posMembers: readonly string[], emptyPosSet: '' | 'none'): string {
  return md5(posMembers.length === 0 ? emptyPosSet : posMembers.join('|'));
}

/** The key of a provider group; `month` is empty where the scope is the payer, and the bar before it stays. */
export function pgUidOf(payerSlug: string, version: string, providerId: string, month: string): string {
  return md5(`${payerSlug}|${version}|${providerId}|${month}`);
}

export interface FactKey {
  readonly state: string;
  readonly yearMonth: string;
  readonly payerSlug: string;
  readonly billingClass: string;
  readonly codeType: string;
  readonly code: string;
  readonly pgUid: string;
  readonly posSetId: string;
  readonly negotiatedType: string;
  readonly negotiationArrangement: string;
  readonly expirationDate: string;
  readonly rateText: string;
  readonly providerId: string;
}

/** The key of a fact; blank parts are empty strings. */
export function factUidOf(key: FactKey): string {
  return md5(
    [
      key.state,
      key.yearMonth,
      key.payerSlug,
      key.billingClass,
      key.codeType,
      key.code,
      key.pgUid,
      key.posSetId,
      key.negotiatedType,
      key.negotiationArrangement,
      key.expirationDate,
      key.rateText,
      key.providerId,
    ].join('|'),
  );
}

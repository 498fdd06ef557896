import { describe, expect, it } from 'vitest';
import { factUidOf, pgUidOf, posSetIdOf } from '../../model/keys.js';

const uhcGeorgia = 'unitedhealthcare-of-georgia-inc';

describe('the golden vectors of the contract', () => {
  it('has the published keys of provider groups', () => {
    expect(pgUidOf(uhcGeorgia, '1.0.0', '222', '')).toBe('049049fa50d881db5db61293fa01cb5e');
    expect(pgUidOf(uhcGeorgia, '1.0.0', '772', '')).toBe('b8b29688e92394ea7cc3d736446337d0');
  });

  it('has the published key of a fact', () => {
    const uid = factUidOf({
      state: 'GA',
      yearMonth: '2025-08',
      payerSlug: uhcGeorgia,
      billingClass: 'professional',
      codeType: 'CPT',
      code: '33216',
      pgUid: pgUidOf(uhcGeorgia, '1.0.0', '222', ''),
      posSetId: posSetIdOf([], ''),
      negotiatedType: 'negotiated',
      negotiationArrangement: 'ffs',
      expirationDate: '9999-12-31',
      rateText: '752.2300',
      providerId: '222',
    });
    expect(uid).toBe('2c6a6a035d7ab8b5558f9b422ace9a32');
  });

  it('has the published keys of pos sets', () => {
    const codes = '02 05 06 07 08 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61'.split(' ');
    expect(posSetIdOf(codes, '')).toBe('17b00c58b3dcdb9c20cb2a70b52a4cc1');
    expect(posSetIdOf(['l', 'n', 'u'], '')).toBe('3b3743c43fbdc8f1b8eedc16b264f3db');
    expect(posSetIdOf([], '')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(posSetIdOf([], 'none')).toBe('334c4a4c42fdb79d7ebc3e73b517e6f8');
  });
});

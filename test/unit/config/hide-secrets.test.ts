import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../../src/config/hide-secrets.js';

describe('hideSecrets', () => {
  it('hides what a mapping holds under the name of a secret, and nothing else', () => {
    const conf = {
      'spark.hadoop.fs.s3a.access.key': 'AKIA',
      'spark.hadoop.fs.s3a.secret.key': 'x',
      'spark.sql.catalog.lake.token': 't',
      'javax.jdo.option.ConnectionPassword': 'p',
      'spark.executor.memory': '8g',
    };
    expect(hideSecrets(conf)).toEqual({
      'spark.hadoop.fs.s3a.access.key': '(hidden)',
      'spark.hadoop.fs.s3a.secret.key': '(hidden)',
      'spark.sql.catalog.lake.token': '(hidden)',
      'javax.jdo.option.ConnectionPassword': '(hidden)',
      'spark.executor.memory': '8g',
    });
  });

  it.each(['token', 5, null, true, ['token']])('leaves %j as it is', (value) => {
    expect(hideSecrets(value)).toBe(value);
  });
});

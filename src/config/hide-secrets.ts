/** Names whose values Spark hides as well (its `spark.redaction.regex`). */
const secret = /secret|password|token|access[.]?key/i;

/** The value of a setting as it may be shown and kept: what a mapping holds under the name of a secret is hidden. */
export function hideSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const parts = Object.entries(value);
  return Object.fromEntries(parts.map(([name, part]) => [name, secret.test(name) ? '(hidden)' : part]));
}

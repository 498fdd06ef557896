/** The slug of a payer's name, empty where the name holds no letter or digit of ASCII. */
export function payerSlugOf(entityName: string): string {
  return entityName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

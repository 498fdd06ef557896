/** What the command ends with, in the words of help and manual. */
export const exitCodes: readonly (readonly [codes: readonly number[], meaning: string])[] = [
  [[0], 'done, or nothing to do'],
  [[1], 'a bug in etl1: please report it; of compare: the two differ'],
  [[3], 'published, but for rows that could not be read: run it again'],
  [[64], 'wrong usage'],
  [[65], 'bad input, or too many rejects'],
  [[66], 'input missing'],
  [[73], 'output cannot be written'],
  [[75], 'busy: try later'],
  [[78], 'configuration error'],
  [[129, 130, 143], 'stopped by SIGHUP, SIGINT or SIGTERM: run it again'],
];

import { describe, expect, it } from 'vitest';
import { Tail } from '../../../src/spark/tail.js';

function tailOf(text: string): string {
  const tail = new Tail();
  tail.add(Buffer.from(text));
  return tail.text;
}

describe('the end of what a program prints', () => {
  it('tells of errors, without traces', () => {
    expect(
      tailOf('INFO all is well\nException in thread "main": no master\n\tat org.apache.spark\nINFO bye\n'),
    ).toBe('Exception in thread "main": no master');
  });

  it('is the last lines where none is of an error', () => {
    expect(tailOf('1\n2\n3\n4\n5\n6\n')).toBe('2; 3; 4; 5; 6');
    expect(tailOf('')).toBe('');
  });

  it('tells of errors however much follows that is none', () => {
    const tail = new Tail();
    tail.add(Buffer.from('ERROR Application has been killed. Reason: All masters are unresp'));
    tail.add(Buffer.from(`onsive!\n${'INFO stopped\n'.repeat(1_000)}IllegalStateException: it is stopped`));
    expect(tail.text).toBe(
      'ERROR Application has been killed. Reason: All masters are unresponsive!; IllegalStateException: it is stopped',
    );
  });

  it('tells what is said again and again once, and not what goes well', () => {
    const starved = 'WARN TaskSchedulerImpl: Initial job has not accepted any resources';
    const times = ['01', '16', '31'].map((second) => `26/11/30 22:04:${second} ${starved}\n`).join('');
    const said = `26/11/30 22:03:22 INFO DAGScheduler: failed: HashSet()\n26/11/30 22:03:59 ERROR Lost executor 0\n${times}`;
    expect(tailOf(said)).toBe(`ERROR Lost executor 0; ${starved}`);
  });

  it('tells of an error and what caused it once where they say the same', () => {
    const forbidden = 'KubernetesClientException: pods is forbidden';
    expect(tailOf(`${forbidden}\n\tat io.fabric8\nCaused by: ${forbidden}\n\t... 9 more\n`)).toBe(forbidden);
  });

  it('stays short, however much is printed', () => {
    const tail = new Tail();
    for (let piece = 0; piece < 100; piece += 1) tail.add(Buffer.from(`error ${piece} ${'x'.repeat(500)}\n`));
    expect(tail.text.length).toBeLessThan(4_001);
    expect(tail.text).toContain('error 99');
  });
});

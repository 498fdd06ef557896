import xterm from '@xterm/headless';

/** What a terminal shows after some output, line by line, with what has scrolled away. */
export async function screenOf(output: string, columns: number): Promise<string[]> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: 24,
    scrollback: 10_000,
    convertEol: true,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  );
  terminal.dispose();
  const last = lines.findLastIndex((line) => line !== '');
  return lines.slice(0, last + 1);
}

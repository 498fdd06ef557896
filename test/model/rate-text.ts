const mantissaBits = 52n;
const exponentOfLastBit = -1074n;

/** What C's `printf("%.4f")` prints for a finite double: exact, ties to even. */
export function rateTextOf(rate: number): string {
  const { negative, mantissa, exponent } = partsOf(rate);
  const tenThousandths = roundToEven(mantissa * 10_000n, exponent);
  const digits = tenThousandths.toString().padStart(5, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** A double as mantissa × 2^exponent. */
function partsOf(double: number): { negative: boolean; mantissa: bigint; exponent: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const fraction = bits & ((1n << mantissaBits) - 1n);
  const biased = (bits >> mantissaBits) & 0x7ffn;
  const negative = bits >> 63n === 1n;
  if (biased === 0n) return { negative, mantissa: fraction, exponent: exponentOfLastBit };
  return {
    negative,
    mantissa: fraction + (1n << mantissaBits),
    exponent: biased - 1n + exponentOfLastBit,
  };
}

/** The integer nearest to value × 2^exponent. */
function roundToEven(value: bigint, exponent: bigint): bigint {
  if (exponent >= 0n) return value << exponent;
  const divisor = 1n << -exponent;
  const quotient = value / divisor;
  const twiceRemainder = 2n * (value % divisor);
  const up = twiceRemainder > divisor || (twiceRemainder === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

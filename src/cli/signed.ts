/** A number to four decimals with its sign; what rounds to zero is `+0.0000`, whichever side it came from. */
export function signed(value: number): string {
  const size = Math.abs(value).toFixed(4)
  return `${value < 0 && Number(size) > 0 ? '−' : '+'}${size}`
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** One bar a value, the lowest ▁ and the highest █; all ▄ where they are equal. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (!(high > low)) return BARS[3].repeat(values.length)
  return values.map((value) => BARS[Math.min(7, Math.floor(((value - low) / (high - low)) * 8))] ?? '').join('')
}

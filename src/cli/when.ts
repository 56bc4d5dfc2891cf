/** An instant as people read it: `2026-06-14 09:30`, UTC. */
export function whenText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

const STEPS: readonly (readonly [ms: number, word: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** A span in its largest unit that gives at least 1: `3 d`, `7 h`, `0 s`. */
export function spanText(ms: number): string {
  const [unit, word] = STEPS.find(([size]) => ms >= size) ?? [1_000, 's']
  return `${Math.round(ms / unit)} ${word}`
}

/** `1,204` */
export function countText(count: number): string {
  return count.toLocaleString('en-US')
}

/** A seeded source of numbers in [0, 1). The only randomness in the system: the same seed gives the same decisions. */
export type Rng = () => number

/** mulberry32 (Tommy Ettinger 2017): 32 bits of state, period 2³². Good for sampling, not for secrets. */
export function seededRng(seed: number): Rng {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Standard normal draw (Box & Muller 1958). */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng())
}

/** `count` distinct members of 0 … size − 1 in draw order (partial Fisher–Yates). `count` ≤ `size`. */
export function sampleWithoutReplacement(size: number, count: number, rng: Rng): number[] {
  const pool = Int32Array.from({ length: size }, (_, i) => i)
  const drawn: number[] = []
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng() * (size - i))
    const taken = pool[j] as number
    pool[j] = pool[i] as number
    drawn.push(taken)
  }
  return drawn
}
